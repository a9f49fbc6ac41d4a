import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesConfig } from "../../sdk/shapes";
import { ask, fromJson, type HttpAnswer } from "../../sdk/http";
import { messageOf } from "../../server/failure";

/** How long an API server may be away (a control plane restarts, the virtual address moves), seconds. */
const patienceSeconds = 45;
const pause = { first: 250, longest: 3000 } as const;
/** How long the API server may take for one answer, ms. */
const timeoutMs = 30_000;

/** What the API server refused, with its status. */
export class KubernetesRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "KubernetesRefusal";
  }
}

/** The API server of an application's cluster, asked with the application's own credential. */
export class KubernetesClient {
  constructor(private readonly config: KubernetesConfig) {}

  /** `<project>/<stack>` that owns what is made here. */
  get owner(): string {
    return this.config.owner;
  }

  /** An object, or `undefined` when the API server says that there is none. */
  get<T>(path: string, signal: AbortSignal): Promise<T | undefined> {
    return unlessAbsent(this.call("GET", path, signal).then(({ bytes }) => fromJson(bytes) as T));
  }

  /** A text, such as a log; `undefined` when there is none. */
  text(path: string, signal: AbortSignal): Promise<string | undefined> {
    return unlessAbsent(this.call("GET", path, signal).then(({ bytes }) => bytes.toString("utf8")));
  }

  /** @throws KubernetesRefusal with status 409 where an object of the name is there already. */
  async create(path: string, object: object, signal: AbortSignal): Promise<void> {
    await this.call("POST", path, signal, object);
  }

  /** Removes an object and, after it, what it owns; one that is gone already is as good. */
  async remove(path: string, signal: AbortSignal): Promise<void> {
    await unlessAbsent(this.call("DELETE", path, signal, { propagationPolicy: "Background" }));
  }

  /** What is asked must be repeatable: it is asked again when the way to the API server breaks. */
  private async call(
    method: string,
    path: string,
    signal: AbortSignal,
    body?: object,
  ): Promise<HttpAnswer> {
    const { endpoint, caCertificate, clientCertificate, clientKey } = this.config.kubernetes;
    const deadline = performance.now() + patienceSeconds * 1000;
    for (let wait: number = pause.first; ; wait = Math.min(wait * 2, pause.longest)) {
      let failure: string;
      try {
        const answer = await ask(`${endpoint}${path}`, {
          method,
          ca: caCertificate,
          cert: clientCertificate,
          key: clientKey,
          timeoutMs,
          signal,
          headers: { accept: "application/json, */*", "content-type": "application/json" },
          ...(body && { body: JSON.stringify(body) }),
        });
        if (answer.status < 300) return answer;
        if (answer.status !== 429 && answer.status < 500) throw refusal(endpoint, path, answer);
        failure = `HTTP ${answer.status}`;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof KubernetesRefusal) throw error;
        failure = messageOf(error);
      }
      if (performance.now() > deadline)
        throw new Error(`${endpoint}: the API server can't be asked: ${failure}`);
      await sleep(wait, undefined, { signal });
    }
  }
}

function refusal(endpoint: string, path: string, { status, bytes }: HttpAnswer): KubernetesRefusal {
  const { message } = (fromJson(bytes) ?? {}) as { readonly message?: string };
  return new KubernetesRefusal(
    status,
    `${endpoint}: the API server answers HTTP ${status} to ${path.split("?")[0] ?? path}${message === undefined ? "" : `: ${message}`}`,
  );
}

async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof KubernetesRefusal && error.status === 404) return undefined;
    throw error;
  }
}
