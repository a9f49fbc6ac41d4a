import { createHash } from "node:crypto";
import { rootCertificates } from "node:tls";
import type { RegistryCredential } from "../../provider/sdk/shapes";
import { ask, fromJson, type HttpAnswer } from "../../provider/sdk/http";
import { failed } from "../exit";

/** How a registry is asked. */
export interface RegistryConnection {
  /** `host:port`. */
  readonly host: string;
  readonly credential: RegistryCredential;
  /** PEM of its authority. */
  readonly ca: string;
}

/** A manifest, as far as retention goes. */
export interface StoredManifest {
  readonly digest: string;
  /** Digests of the manifests in an index; empty for an image. */
  readonly children: readonly string[];
  /** Digest of the configuration; absent for an index. */
  readonly config?: string;
}

const timeoutMs = 30_000;
const largestBytes = 16 * 1024 * 1024;
const pageSize = 500;
const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** The distribution API of one registry, for what is done to all of it. An answer that is not understood is an error. */
export class RegistryClient {
  constructor(private readonly registry: RegistryConnection) {}

  /** Names of all repositories. */
  repositories(): Promise<readonly string[]> {
    return this.paged(`/v2/_catalog?n=${pageSize}`, "repositories");
  }

  /** Tags of a repository; none where the last one was removed. */
  tags(repository: string): Promise<readonly string[]> {
    return this.paged(`/v2/${repository}/tags/list?n=${pageSize}`, "tags");
  }

  /** What a tag or a digest stands for; undefined where the registry says that there is no such thing. */
  async manifest(repository: string, reference: string): Promise<StoredManifest | undefined> {
    const path = `/v2/${repository}/manifests/${reference}`;
    const answer = await this.ask("GET", path, { accept: manifestTypes });
    if (answer.status === 404) return undefined;
    const body = this.json(answer, path) as {
      readonly manifests?: readonly { readonly digest: string }[];
      readonly config?: { readonly digest: string };
    };
    return {
      digest: `sha256:${createHash("sha256").update(answer.bytes).digest("hex")}`,
      children: (body.manifests ?? []).map(({ digest }) => digest),
      ...(body.config !== undefined && { config: body.config.digest }),
    };
  }

  /** When an image was made, as its configuration says; undefined where it does not. */
  async created(repository: string, config: string): Promise<Date | undefined> {
    const path = `/v2/${repository}/blobs/${config}`;
    const { created } = this.json(await this.ask("GET", path), path) as { created?: unknown };
    const date = typeof created === "string" ? new Date(created) : undefined;
    return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
  }

  /** Removes a manifest with all its tags. One that is gone already is no error. */
  async remove(repository: string, digest: string): Promise<void> {
    const path = `/v2/${repository}/manifests/${digest}`;
    const answer = await this.ask("DELETE", path);
    if (answer.status !== 202 && answer.status !== 404) throw this.refusal(answer, path);
  }

  private async paged(first: string, key: string): Promise<readonly string[]> {
    const found: string[] = [];
    for (let path: string | undefined = first; path !== undefined;) {
      const answer: HttpAnswer = await this.ask("GET", path);
      // A repository whose manifests are all gone has a folder still, and no tags.
      if (answer.status === 404 && key === "tags") return found;
      const page = (this.json(answer, path) as Readonly<Record<string, string[] | null>>)[key];
      found.push(...(page ?? []));
      path = nextPage(answer);
    }
    return found;
  }

  private json(answer: HttpAnswer, path: string): object {
    const body = answer.status === 200 ? fromJson(answer.bytes) : undefined;
    if (typeof body !== "object" || body === null) throw this.refusal(answer, path);
    return body;
  }

  private async ask(
    method: "GET" | "DELETE",
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> {
    const { host, ca, credential } = this.registry;
    const basic = Buffer.from(`${credential.username}:${credential.password}`).toString("base64");
    try {
      return await ask(`https://${host}${path}`, {
        method,
        headers: { ...headers, authorization: `Basic ${basic}` },
        timeoutMs,
        largestBytes,
        ca: [...rootCertificates, ca],
      });
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw failed(
        `the registry ${host} does not answer: ${said}. While it collects garbage it takes no requests on its port for pushes: try again later`,
      );
    }
  }

  private refusal({ status, bytes }: HttpAnswer, path: string): Error {
    const { host } = this.registry;
    const said = bytes.toString("utf8", 0, 300).trim();
    return failed(`the registry ${host} answers HTTP ${status} to ${path}: ${said}`);
  }
}

/** Path of the page that follows, by the answer's `Link`. */
function nextPage({ headers: { link = "" } }: HttpAnswer): string | undefined {
  const text = Array.isArray(link) ? link.join(", ") : link;
  const [, target] = /<([^>]+)>;\s*rel="?next"?/.exec(text) ?? [];
  if (target === undefined) return undefined;
  const { pathname, search } = new URL(target, "https://registry");
  return pathname + search;
}
