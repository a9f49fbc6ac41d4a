import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { programImage } from "../../../lab/registry/image";

const { config, manifest } = programImage(Buffer.alloc(0), "amd64");

/** A registry on this machine, without TLS, that says of one image what rules ask about. */
export class OneImage {
  private constructor(
    private readonly server: http.Server,
    /** `127.0.0.1:41234` */
    readonly host: string,
  ) {}

  static async start(): Promise<OneImage> {
    const server = http.createServer(({ url = "" }, response) => {
      const { digest, content } = url.includes("/blobs/") ? config : manifest;
      response.writeHead(200, { "docker-content-digest": digest }).end(content);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new OneImage(server, `127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  /** `127.0.0.1:41234/hello:1.0.0@sha256:…` */
  get image(): string {
    return `${this.host}/hello:1.0.0@${manifest.digest}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
