import { createHash, randomBytes } from "node:crypto";
import { request } from "node:https";
import type { RegistryImage } from "../../lab/registry/image";

/** A registry that Slipway runs, as its cluster's outputs tell of it. */
export interface RegistryPlace {
  /** `host:port` */
  readonly pull: string;
  readonly push: string;
  /** PEM. Absent: the system's authorities alone. */
  readonly ca?: string;
}

export interface Account {
  readonly username: string;
  readonly password: string;
}

/** An image that a registry has acknowledged. */
export interface Pushed {
  readonly repository: string;
  readonly digest: string;
  readonly blobs: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly location: string;
  readonly body: Buffer;
}

const manifestType = "application/vnd.docker.distribution.manifest.v2+json";
const layerBytes = 200_000;

/** Somebody who pushes and pulls by the distribution API, as Docker does. */
export class RegistryUser {
  constructor(
    private readonly place: RegistryPlace,
    private readonly account?: Account,
  ) {}

  /** Status of the question whether the account may come in. */
  async comesIn(port: "pull" | "push"): Promise<number> {
    return (await this.ask(port, "GET", "/v2/")).status;
  }

  /** Status of the attempt to begin an upload. */
  async begins(port: "pull" | "push", repository: string): Promise<number> {
    return (await this.ask(port, "POST", `/v2/${repository}/blobs/uploads/`)).status;
  }

  /**
   * Pushes an image of its own content.
   *
   * @param created when its configuration says that it was made
   * @throws where the registry does not take all of it.
   */
  async push(repository: string, tag: string, created: Date): Promise<Pushed> {
    const layer = randomBytes(layerBytes);
    const config = Buffer.from(
      JSON.stringify({
        architecture: "amd64",
        os: "linux",
        created: created.toISOString(),
        rootfs: { type: "layers", diff_ids: [sha256(layer)] },
      }),
    );
    for (const blob of [layer, config]) await this.upload(repository, blob);
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        config: {
          mediaType: "application/vnd.docker.container.image.v1+json",
          size: config.length,
          digest: sha256(config),
        },
        layers: [
          {
            mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip",
            size: layer.length,
            digest: sha256(layer),
          },
        ],
      }),
    );
    const path = `/v2/${repository}/manifests/${tag}`;
    await this.must("PUT", path, 201, manifest, manifestType);
    return { repository, digest: sha256(manifest), blobs: [sha256(layer), sha256(config)] };
  }

  /** Pushes an image that is at hand. */
  async pushImage(repository: string, tag: string, image: RegistryImage): Promise<void> {
    for (const { content } of [...image.layers, image.config])
      await this.upload(repository, content);
    const { content, mediaType } = image.manifest;
    await this.must("PUT", `/v2/${repository}/manifests/${tag}`, 201, content, mediaType);
  }

  /** Whether all of an image is there, and is what its digests say. */
  async has({ repository, digest, blobs }: Pushed): Promise<boolean> {
    const paths = [
      [`/v2/${repository}/manifests/${digest}`, digest] as const,
      ...blobs.map((blob) => [`/v2/${repository}/blobs/${blob}`, blob] as const),
    ];
    for (const [path, expected] of paths) {
      const { status, body } = await this.ask("pull", "GET", path);
      if (status !== 200 || sha256(body) !== expected) return false;
    }
    return true;
  }

  private async upload(repository: string, blob: Buffer): Promise<void> {
    const begun = await this.must("POST", `/v2/${repository}/blobs/uploads/`, 202);
    const target = new URL(begun.location, `https://${this.place.push}`);
    target.searchParams.set("digest", sha256(blob));
    await this.must("PUT", target.pathname + target.search, 201, blob);
  }

  private async must(
    method: string,
    path: string,
    expected: number,
    body?: Buffer,
    type?: string,
  ): Promise<Answer> {
    const answer = await this.ask("push", method, path, body, type);
    if (answer.status === expected) return answer;
    throw new Error(`${method} ${path}: ${answer.status} ${answer.body.toString("utf8", 0, 200)}`);
  }

  private ask(
    port: "pull" | "push",
    method: string,
    path: string,
    body?: Buffer,
    type = "application/octet-stream",
  ): Promise<Answer> {
    const { username, password } = this.account ?? {};
    const basic = Buffer.from(`${username ?? ""}:${password ?? ""}`).toString("base64");
    const headers = {
      accept: manifestType,
      ...(this.account !== undefined && { authorization: `Basic ${basic}` }),
      ...(body !== undefined && { "content-type": type, "content-length": body.length }),
    };
    return new Promise((resolve, reject) => {
      const { ca } = this.place;
      const options = { method, headers, agent: false as const, timeout: 30_000, ca };
      const asked = request(`https://${this.place[port]}${path}`, options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const { statusCode: status = 0, headers: told } = response;
          resolve({ status, location: told.location ?? "", body: Buffer.concat(chunks) });
        });
      });
      asked.on("timeout", () => asked.destroy(new Error("no answer in 30 s")));
      asked.on("error", reject);
      asked.end(body);
    });
  }
}

function sha256(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
