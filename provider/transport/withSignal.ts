import type { Connection } from "./types";

/** The same connection for one operation: each of its commands ends when the operation is cancelled. */
export function withSignal(connection: Connection, signal: AbortSignal): Connection {
  return {
    machine: connection.machine,
    address: connection.address,
    hostKey: connection.hostKey,
    get docker() {
      return connection.docker;
    },
    run: (script, options) => connection.run(script, { signal, ...options }),
    must: (step, script, options) => connection.must(step, script, { signal, ...options }),
    writeFile: (path, content, mode) => connection.writeFile(path, content, mode),
  };
}
