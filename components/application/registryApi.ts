import { createHash } from "node:crypto";
import { rootCertificates } from "node:tls";
import { registryOf } from "../../provider/sdk/imageName";
import type { RegistryCredential } from "../../provider/sdk/shapes";
import { ask, fromJson, type HttpAnswer, type HttpRequest } from "../../provider/sdk/http";

/** What a registry tells of an image. */
export interface ImageFacts {
  /** Of what the name stands for: the index of all platforms where there is one. */
  readonly digest: string;
  readonly platforms: readonly ImagePlatform[];
  /** User that the image names (`65534:65534`); the empty text is root. */
  readonly user: string;
  /** TCP ports that the image exposes. */
  readonly exposed: readonly number[];
  /** Compressed, of the platform that was looked at, bytes. */
  readonly sizeBytes: number;
}

export interface ImagePlatform {
  readonly os: string;
  readonly architecture: string;
}

export interface RegistryAccess {
  readonly credential?: RegistryCredential;
  /** PEM of authorities that are trusted besides the system's. */
  readonly ca?: readonly string[];
  /** The registry speaks HTTP without TLS. Default false. */
  readonly isInsecure?: boolean;
  /** Platform whose configuration and size are told, where the image has several. Default linux/amd64. */
  readonly platform?: ImagePlatform;
}

/** An image's name in its parts. */
interface Reference {
  readonly host: string;
  readonly repository: string;
  /** Tag or digest. */
  readonly reference: string;
}

interface Manifest {
  readonly config?: { readonly digest: string; readonly size?: number };
  readonly layers?: readonly { readonly size?: number }[];
  /** Of an index. */
  readonly manifests?: readonly {
    readonly digest: string;
    readonly platform?: ImagePlatform;
  }[];
}

interface ImageConfig extends Partial<ImagePlatform> {
  readonly config?: {
    readonly User?: string;
    readonly ExposedPorts?: Readonly<Record<string, object>>;
  };
}

const timeoutMs = 20_000;
/** Larger manifests and configurations are no image's. */
const largestBytes = 4 * 1024 * 1024;
const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * Asks a registry, by the distribution API, for what a name stands for now.
 *
 * @param name as image names stand in files: `registry.example.com/shop:1.0.0`, `nginx`, `…@sha256:…`
 * @throws Error that says what the registry answered, without its host's credentials.
 */
export async function imageFacts(name: string, access: RegistryAccess = {}): Promise<ImageFacts> {
  const { platform = { os: "linux", architecture: "amd64" } } = access;
  const image = parseName(name);
  const registry = new Registry(image, access);
  const top = await registry.manifest(image.reference);
  const index = (top.body.manifests ?? []).filter(({ platform: p }) => p?.os !== "unknown");
  const chosen =
    index.find(
      ({ platform: p }) => p?.os === platform.os && p.architecture === platform.architecture,
    ) ?? index[0];
  const { body } = chosen === undefined ? top : await registry.manifest(chosen.digest);
  const config = body.config && (await registry.config(body.config.digest));
  const known = index.flatMap(({ platform: p }) => (p === undefined ? [] : [plain(p)]));
  return {
    digest: top.digest,
    platforms: known.length > 0 ? known : config?.os === undefined ? [] : [plain(config)],
    user: config?.config?.User ?? "",
    exposed: Object.keys(config?.config?.ExposedPorts ?? {}).flatMap((port) => {
      const [number, protocol = "tcp"] = port.split("/");
      return protocol === "tcp" ? [Number(number)] : [];
    }),
    sizeBytes: [body.config, ...(body.layers ?? [])].reduce((sum, p) => sum + (p?.size ?? 0), 0),
  };
}

/**
 * Tries a credential on a registry (`host` or `host:port`), by the one question that every registry answers.
 *
 * @throws Error that says what the registry answered, or why it did not.
 */
export async function tryCredential(host: string, access: RegistryAccess): Promise<void> {
  await new Registry({ host, repository: "", reference: "" }, access).ping();
}

function plain({ os = "", architecture = "" }: Partial<ImagePlatform>): ImagePlatform {
  return { os, architecture };
}

/** Names without a host are Docker Hub's, and without a folder its own library's. */
export function parseName(name: string): Reference {
  const [withTag = "", digest] = name.split("@");
  const registry = registryOf(withTag);
  const rest = withTag.startsWith(`${registry}/`) ? withTag.slice(registry.length + 1) : withTag;
  const colon = rest.lastIndexOf(":");
  const hasTag = colon > rest.lastIndexOf("/");
  const path = hasTag ? rest.slice(0, colon) : rest;
  const isHub = registry === "docker.io";
  return {
    host: isHub ? "registry-1.docker.io" : registry,
    repository: isHub && !path.includes("/") ? `library/${path}` : path,
    reference: digest ?? (hasTag ? rest.slice(colon + 1) : "latest"),
  };
}

/** One repository of a registry. */
class Registry {
  private authorization: string | undefined;

  constructor(
    private readonly image: Reference,
    private readonly access: RegistryAccess,
  ) {}

  async ping(): Promise<void> {
    await this.getFrom(`${this.base}/`, "*/*");
  }

  async manifest(reference: string): Promise<{ readonly digest: string; readonly body: Manifest }> {
    const { bytes, headers } = await this.get(`manifests/${reference}`, manifestTypes);
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    const told = reference.startsWith("sha256:") ? reference : headers["docker-content-digest"];
    if (typeof told === "string" && told.startsWith("sha256:") && told !== digest)
      throw new Error(`the registry sent something else than ${told}`);
    return { digest, body: parse(bytes) as Manifest };
  }

  async config(digest: string): Promise<ImageConfig> {
    return parse((await this.get(`blobs/${digest}`, "*/*")).bytes) as ImageConfig;
  }

  private get base(): string {
    return `${this.access.isInsecure === true ? "http" : "https"}://${this.image.host}/v2`;
  }

  private get(path: string, accept: string): Promise<HttpAnswer> {
    return this.getFrom(`${this.base}/${this.image.repository}/${path}`, accept);
  }

  private async getFrom(url: string, accept: string): Promise<HttpAnswer> {
    let answer = await this.ask(url, accept);
    if (answer.status === 401 && this.authorization === undefined) {
      this.authorization = await this.authorize(answer);
      if (this.authorization !== undefined) answer = await this.ask(url, accept);
    }
    const { location } = answer.headers;
    // Blobs may lie elsewhere, where the registry's credential has no business.
    if (answer.status >= 300 && answer.status < 400 && location !== undefined)
      answer = await ask(new URL(location, url).href, this.options({ accept }));
    if (answer.status !== 200) throw new Error(refusal(answer));
    return answer;
  }

  private ask(url: string, accept: string): Promise<HttpAnswer> {
    const { authorization } = this;
    const headers = { accept, ...(authorization !== undefined && { authorization }) };
    return ask(url, this.options(headers));
  }

  private options(headers: Readonly<Record<string, string>>): HttpRequest {
    const { ca } = this.access;
    return {
      headers,
      timeoutMs,
      largestBytes,
      ...(ca !== undefined && { ca: [...rootCertificates, ...ca] }),
    };
  }

  /** What the registry's challenge asks for; `undefined` where it is none that we can meet. */
  private async authorize({ headers }: HttpAnswer): Promise<string | undefined> {
    const { credential } = this.access;
    const basic =
      credential &&
      `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString("base64")}`;
    const challenge = headers["www-authenticate"] ?? "";
    if (/^basic\b/i.test(challenge)) return basic;
    if (!/^bearer\b/i.test(challenge)) return undefined;
    const fields = Object.fromEntries(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
    );
    const { repository } = this.image;
    const { realm, service, scope = repository && `repository:${repository}:pull` } = fields;
    if (realm === undefined) return undefined;
    const url = new URL(realm);
    if (service !== undefined) url.searchParams.set("service", service);
    if (scope !== "") url.searchParams.set("scope", scope);
    const wanted = { ...(basic !== undefined && { authorization: basic }) };
    const answer = await ask(url.href, this.options(wanted));
    if (answer.status !== 200) throw new Error(refusal(answer));
    const { token, access_token: other } = parse(answer.bytes) as Readonly<
      Record<string, string | undefined>
    >;
    return `Bearer ${token ?? other ?? ""}`;
  }
}

function parse(bytes: Buffer): unknown {
  const found = fromJson(bytes);
  if (found === undefined) throw new Error("the registry's answer is no JSON");
  return found;
}

function refusal({ status, bytes }: HttpAnswer): string {
  if (status === 404) return "the registry does not have it";
  if (status === 401 || status === 403)
    return `the registry refuses to show it (HTTP ${status}); are its credentials right?`;
  const { errors = [] } = (fromJson(bytes) ?? {}) as {
    readonly errors?: readonly { readonly message?: string }[];
  };
  const said = errors.map(({ message }) => message ?? "").join("; ");
  return `the registry answers HTTP ${status}${said === "" ? "" : `: ${said}`}`;
}
