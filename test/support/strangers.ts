import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps } from "node:https";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import path from "node:path";
import type { Lab } from "../../lab";

/** Servers at whose address somebody expects a vCenter, each as `host:port`. */
export interface Strangers {
  /** Nobody listens. */
  readonly closed: string;
  /** Takes the connection and says nothing. */
  readonly mute: string;
  /** Speaks TLS, takes the question and never answers. */
  readonly deaf: string;
  /** A web server, without TLS. */
  readonly plain: string;
  /** A web server that has other pages. */
  readonly web: string;
  /** A gateway whose vCenter has not started yet. */
  readonly starting: string;
  close(): void;
}

/** Their certificate is the one of the lab's vCenter. */
export async function strangers(lab: Lab): Promise<Strangers> {
  const pem = (name: string) => readFileSync(path.join(lab.dir, "ca", name));
  const tls = { cert: pem("vcenter.pem"), key: pem("vcenter.key") };
  const servers = {
    mute: createServer(),
    deaf: createHttps(tls),
    plain: createHttp((_, response) => response.end("<html></html>")),
    web: createHttps(tls, (_, response) => response.writeHead(404).end("<html></html>")),
    starting: createHttps(tls, (_, response) => response.writeHead(503).end("no healthy upstream")),
  };
  const closed = createServer();
  const all: Server[] = [...Object.values(servers), closed];
  for (const server of all) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  const address = (server: Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const closedAddress = address(closed);
  closed.close();
  const sockets = new Set<Socket>();
  for (const server of Object.values(servers)) {
    server.on("connection", (socket: Socket) => sockets.add(socket));
  }
  return {
    closed: closedAddress,
    mute: address(servers.mute),
    deaf: address(servers.deaf),
    plain: address(servers.plain),
    web: address(servers.web),
    starting: address(servers.starting),
    close: () => {
      for (const server of Object.values(servers)) server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
