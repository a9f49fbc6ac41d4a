import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Server, utils, type Connection, type ServerChannel } from "ssh2";
import { sshKeyPair } from "../../../../lab/sshKeyPair";
import type { Endpoint } from "../../../../provider/inventory/types";
import { fingerprintOf } from "../../../../provider/transport/fingerprint";

/** What a host does with a command. `run` really runs it in a shell. */
export type Behaviour = "run" | "hang" | "cut";

export interface HostOptions {
  readonly behaviour?: Behaviour;
  readonly hostKeys?: readonly string[];
  readonly delayMilliseconds?: number;
}

export const userKey = sshKeyPair();
export const otherKey = sshKeyPair();
const defaultHostKey = sshKeyPair();

/** A host with a real SSH protocol on loopback; its commands run as the user of this test. */
export class SshHost {
  readonly server: Server;
  private readonly connections = new Set<Connection>();
  logins = 0;
  attempts = 0;
  behaviour: Behaviour;

  constructor(options: HostOptions = {}) {
    this.behaviour = options.behaviour ?? "run";
    const allowed = utils.parseKey(userKey.public);
    if (allowed instanceof Error) throw allowed;
    this.server = new Server(
      { hostKeys: [...(options.hostKeys ?? [defaultHostKey.private])] },
      (connection) => {
        this.attempts += 1;
        this.connections.add(connection);
        connection.on("authentication", (attempt) => {
          const known =
            attempt.method === "publickey" &&
            attempt.username === "ops" &&
            attempt.key.data.equals(allowed.getPublicSSH());
          if (known) attempt.accept();
          else attempt.reject();
        });
        connection.on("ready", () => (this.logins += 1));
        connection.on("error", () => undefined);
        connection.on("close", () => this.connections.delete(connection));
        connection.on("session", (accept) => {
          accept().on("exec", (acceptExec, _reject, { command }) => {
            this.execute(connection, acceptExec(), command);
          });
        });
      },
    );
  }

  async start(port = 0): Promise<number> {
    this.server.listen(port, "127.0.0.1");
    await once(this.server, "listening");
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends all connections without a word, as a cable does. */
  cut(): void {
    for (const connection of this.connections) connection.end();
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, "close");
  }

  private execute(connection: Connection, channel: ServerChannel, command: string): void {
    if (this.behaviour === "hang") return;
    if (this.behaviour === "cut") {
      channel.once("data", () => connection.end());
      return;
    }
    const shell = spawn("sh", ["-c", command], { detached: true });
    channel.pipe(shell.stdin);
    shell.stdin.on("error", () => undefined);
    shell.stdout.pipe(channel, { end: false });
    shell.stderr.pipe(channel.stderr, { end: false });
    shell.on("close", (code) => {
      channel.exit(code ?? 1);
      channel.end();
    });
    channel.on("close", () => {
      // With all that it has started; it may have ended by itself.
      if (shell.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, "SIGKILL");
    });
    channel.on("error", () => undefined);
  }
}

export function fingerprintOfKey(publicKey: string): string {
  const key = utils.parseKey(publicKey);
  if (key instanceof Error) throw key;
  return fingerprintOf(key.getPublicSSH());
}

export function endpoint(
  hostKey: string | undefined = fingerprintOfKey(defaultHostKey.public),
): Endpoint {
  return { machine: "managers-0", role: "manager", address: "127.0.0.1", hostKey };
}
