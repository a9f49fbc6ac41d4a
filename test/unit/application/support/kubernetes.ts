import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { KubernetesClient } from "../../../../provider/application/kubernetes/client";
import type { Context } from "../../../../provider/server/handler";

export const owner = "slipway/shop-prod";

export interface FakeObject {
  metadata: {
    name: string;
    namespace?: string;
    annotations?: Record<string, string>;
    creationTimestamp?: string;
  };
  status?: Record<string, unknown>;
  spec?: Record<string, unknown>;
}

/** The API server of a cluster: it keeps Jobs and their pods, and leaves to the test what becomes of them. */
export class FakeApiServer {
  readonly jobs = new Map<string, FakeObject>();
  /** By the name of their job. */
  readonly pods = new Map<string, FakeObject[]>();
  /** By the name of the pod; `-previous` behind it for the container that ran before. */
  readonly logs = new Map<string, string>();
  /** `POST migrate-1`, `DELETE migrate-1`, in their order. */
  readonly writes: string[] = [];
  /** Answers by path, without the query: for everything else. */
  readonly answers = new Map<string, () => unknown>();
  /** What becomes of a Job when it was made. */
  afterCreate: (job: FakeObject) => void = () => undefined;
  /** Answers in the place of the cluster. */
  intercept: (method: string, path: string) => number | "hang up" | undefined = () => undefined;
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://api");
      const instead = this.intercept(request.method ?? "", pathname);
      if (instead === "hang up") return request.destroy();
      const text = Buffer.concat(chunks).toString("utf8");
      const [status, body] =
        instead === undefined
          ? this.answer(request.method ?? "", pathname, searchParams, text)
          : [instead, { message: "not now" }];
      return response
        .writeHead(status)
        .end(typeof body === "string" ? body : JSON.stringify(body ?? {}));
    });
  });

  static async start(): Promise<FakeApiServer> {
    const api = new FakeApiServer();
    await once(api.server.listen(0, "127.0.0.1"), "listening");
    return api;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  context(): {
    readonly context: Context;
    readonly infos: string[];
    readonly abort: AbortController;
  } {
    const infos: string[] = [];
    const abort = new AbortController();
    const never = (): never => {
      throw new Error("an application has no hosts");
    };
    const { port } = this.server.address() as AddressInfo;
    const kubernetes = {
      endpoint: `http://127.0.0.1:${port}`,
      caCertificate: "",
      clientCertificate: "",
      clientKey: "",
    };
    const context: Context = {
      urn: "urn:pulumi:shop-prod::slipway::slipway:index:KubernetesJob::shop-job",
      kubernetes: new KubernetesClient({ owner, kubernetes }),
      get application() {
        return never();
      },
      get config() {
        return never();
      },
      get inventory() {
        return never();
      },
      signal: abort.signal,
      log: {
        debug: () => undefined,
        info: (text) => infos.push(text),
        warn: () => undefined,
        status: () => undefined,
      },
      warn: () => undefined,
      conceal: () => undefined,
      connect: never,
      connectTo: never,
      critical: (work) => work(),
    };
    return { context, infos, abort };
  }

  private answer(
    method: string,
    path: string,
    query: URLSearchParams,
    text: string,
  ): readonly [number, unknown?] {
    const answer = this.answers.get(path);
    if (answer !== undefined) return [200, answer()];
    const pods = /^\/api\/v1\/namespaces\/shop\/pods(?:\/([^/]+)\/log)?$/.exec(path);
    if (pods !== null) {
      const [, pod] = pods;
      if (pod !== undefined) {
        const log = this.logs.get(query.get("previous") === "true" ? `${pod}-previous` : pod);
        return log === undefined ? [400, { message: "no log" }] : [200, log];
      }
      const [, job = ""] = (query.get("labelSelector") ?? "").split("=");
      return [200, { items: this.pods.get(job) ?? [] }];
    }
    const [, name] = /^\/apis\/batch\/v1\/namespaces\/shop\/jobs(?:\/(.+))?$/.exec(path) ?? [];
    if (method === "POST") {
      const job = JSON.parse(text) as FakeObject;
      if (this.jobs.has(job.metadata.name)) return [409, { message: "already exists" }];
      this.writes.push(`POST ${job.metadata.name}`);
      this.jobs.set(job.metadata.name, job);
      this.afterCreate(job);
      return [201, job];
    }
    const job = this.jobs.get(name ?? "");
    if (job === undefined) return [404, { message: `jobs.batch "${name ?? ""}" not found` }];
    if (method === "DELETE") {
      this.writes.push(`DELETE ${job.metadata.name}`);
      this.jobs.delete(job.metadata.name);
    }
    return [200, job];
  }
}
