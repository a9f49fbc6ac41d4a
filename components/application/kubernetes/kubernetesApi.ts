import type { KubernetesConnection } from "../../../provider/sdk";
import { ask, fromJson } from "../../../provider/sdk/http";

/** How a cluster's API server is asked: its address, who it has to be, and who asks. */
export interface KubernetesAccess extends KubernetesConnection {
  /** An answer that takes longer is none, ms. Default 20 s: a large cluster has thousands of pods to tell. */
  readonly timeoutMs?: number;
}

const longestMs = 20_000;
/** Objects in one part of a list: more would be a burden to the API server. */
const pageSize = 500;

/** A list as the API server gives it. */
interface ListAnswer<T> {
  /** `null` of a kind that has none, of some API groups. */
  readonly items?: readonly T[] | null;
  readonly metadata?: { readonly continue?: string };
}

/** `metadata` of objects: all that there is to know of what is secret. */
export interface ObjectFacts {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/**
 * Every object of a list, part by part.
 *
 * @param path `/api/v1/nodes`, with a query where the list is to be narrowed
 * @param only `metadata`: names, labels and annotations, without the contents
 * @returns undefined where the API server knows no such list.
 * @throws Error that names the API server, what was asked and what was wrong.
 */
export async function list<T>(
  access: KubernetesAccess,
  path: string,
  only?: "metadata",
): Promise<readonly T[] | undefined> {
  const found: T[] = [];
  let next: string | undefined = "";
  while (next !== undefined) {
    const query = `${path.includes("?") ? "&" : "?"}limit=${pageSize}${
      next === "" ? "" : `&continue=${encodeURIComponent(next)}`
    }`;
    const { status, body }: Answer = await askServer(access, `${path}${query}`, only);
    if (status === 404) return undefined;
    if (status !== 200) throw refusal(access, path, status, body);
    if (body === undefined) throw noJson(access, path);
    const { items, metadata } = body as ListAnswer<T>;
    found.push(...(items ?? []));
    next = metadata?.continue === "" ? undefined : metadata?.continue;
  }
  return found;
}

/**
 * One object, or any other answer in JSON.
 *
 * @returns undefined where there is none.
 * @throws Error that names the API server, what was asked and what was wrong.
 */
export async function get<T>(access: KubernetesAccess, path: string): Promise<T | undefined> {
  const { status, body } = await askServer(access, path);
  if (status === 404) return undefined;
  if (status !== 200) throw refusal(access, path, status, body);
  if (body === undefined) throw noJson(access, path);
  return body as T;
}

/** An object that is written. */
export interface Writing {
  /** `PATCH` applies on the server's side, and makes the object where there is none; `PUT` replaces it. */
  readonly method: "PATCH" | "PUT";
  /** With its query. */
  readonly path: string;
  readonly object: object;
}

/**
 * Writes an object.
 *
 * @returns the object as the API server has it now; undefined where somebody else has written it meanwhile, or where
 * there is none to replace.
 * @throws Error that names the API server, what was written and what was wrong.
 */
export async function write<T>(
  access: KubernetesAccess,
  { method, path, object }: Writing,
): Promise<T | undefined> {
  const type = method === "PATCH" ? "application/apply-patch+yaml" : "application/json";
  const { status, body } = await askServer(access, path, undefined, {
    method,
    type,
    text: JSON.stringify(object),
  });
  if (status === 409 || (method === "PUT" && status === 404)) return undefined;
  if (status >= 300) throw refusal(access, path, status, body);
  return body as T;
}

/** A proxy on the way speaks for itself, for one. */
function noJson({ endpoint }: KubernetesAccess, path: string): Error {
  return new Error(
    `${endpoint}: the API server answers with what is no JSON to ${path.split("?")[0] ?? path}; check that this is its address`,
  );
}

function refusal(
  { endpoint }: KubernetesAccess,
  path: string,
  status: number,
  body: unknown,
): Error {
  const { message } = (body ?? {}) as { readonly message?: string };
  const why = message === undefined ? "" : `: ${message}`;
  const cure = {
    401: "; its credential has ended or is of another cluster, run `pulumi up` on the cluster's Pulumi stack",
    403: "; its credential does not allow it, run `pulumi up` on the cluster's Pulumi stack",
  }[status];
  return new Error(
    `${endpoint}: the API server answers HTTP ${status} to ${path.split("?")[0] ?? path}${why}${cure ?? ""}`,
  );
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const metadataOnly =
  "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

async function askServer(
  access: KubernetesAccess,
  path: string,
  only?: "metadata",
  sent?: { readonly method: string; readonly type: string; readonly text: string },
): Promise<Answer> {
  const { endpoint, caCertificate: ca, clientCertificate: cert, clientKey: key } = access;
  const { timeoutMs = longestMs } = access;
  const accept = only === undefined ? "application/json" : metadataOnly;
  const headers = { accept, ...(sent && { "content-type": sent.type }) };
  try {
    const request = {
      ca,
      cert,
      key,
      timeoutMs,
      headers,
      ...(sent && { method: sent.method, body: sent.text }),
    };
    const { status, bytes } = await ask(`${endpoint}${path}`, request);
    return { status, body: fromJson(bytes) };
  } catch (error) {
    throw new Error(`${endpoint}: the API server can't be asked: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
