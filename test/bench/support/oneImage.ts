import { createHash } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";

const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

const config = JSON.stringify({ os: "linux", architecture: "amd64", config: { User: "65534" } });
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { digest: digestOf(config), size: config.length },
  layers: [{ size: 10_000_000 }],
});

/** A registry on this machine, without TLS, that says of one image what rules ask about. */
export class OneImage {
  private constructor(
    private readonly server: http.Server,
    /** `127.0.0.1:41234` */
    readonly host: string,
  ) {}

  static async start(): Promise<OneImage> {
    const server = http.createServer(({ url = "" }, response) => {
      const isConfig = url.includes("/blobs/");
      response
        .writeHead(200, { "docker-content-digest": digestOf(isConfig ? config : manifest) })
        .end(isConfig ? config : manifest);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new OneImage(server, `127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  /** `127.0.0.1:41234/hello:1.0.0@sha256:…` */
  get image(): string {
    return `${this.host}/hello:1.0.0@${digestOf(manifest)}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
