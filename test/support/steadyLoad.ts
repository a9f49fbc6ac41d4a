import http from "node:http";
import https from "node:https";
import type { ConnectionOptions } from "node:tls";
import { Balancer, type HealthCheck } from "./balancer";
import { LoadRecord, type LoadReport } from "./loadReport";

export interface SteadyLoadOptions {
  /** Where requests go, each in turn: `http://10.89.0.20:8080/`. The path is theirs. */
  readonly urls: readonly string[];
  /** Name of the host that is asked for, in the header and for TLS. Default: that of the URL. */
  readonly host?: string;
  /** Requests per second, all addresses together. Default 60. */
  readonly rate?: number;
  /** Connections kept open to each address; 0: a new one for each request. Default 4. */
  readonly connections?: number;
  /** Time until a request without a whole answer has failed, ms. Default 5000. */
  readonly timeoutMs?: number;
  /** Ask each address whether it takes requests, and leave it out while it says no, as load balancers do. */
  readonly health?: HealthCheck;
  /** Send a request that got no good answer to the next address, as some load balancers do. Default false. */
  readonly failover?: boolean;
  /** Whom to trust, for https. */
  readonly tls?: Pick<ConnectionOptions, "ca" | "rejectUnauthorized">;
}

/** How often it is looked whether requests are due, ms. */
const tickMs = 4;
/** After a stall of this process, what was missed is made up for at this many requests per tick at most. */
const mostPerTick = 2;

/**
 * A client that asks steadily, over connections that it keeps, and never tries anything twice: what fails is recorded.
 * It does not wait for one answer before it sends the next request, so that a slow service does not slow it down.
 */
export class SteadyLoad {
  private readonly record = new LoadRecord();
  private readonly balancer: Balancer;
  private readonly agents = new Map<string, readonly http.Agent[]>();
  private readonly open = new Set<Promise<void>>();
  private readonly begun = performance.now();
  private readonly timer: NodeJS.Timeout;

  private constructor(private readonly options: SteadyLoadOptions) {
    const { urls, connections = 4, tls } = options;
    this.balancer = new Balancer(urls, options.health);
    for (const url of urls) {
      const agent = () =>
        url.startsWith("https:")
          ? new https.Agent({ ...tls, keepAlive: connections > 0 })
          : new http.Agent({ keepAlive: connections > 0 });
      this.agents.set(url, Array.from({ length: Math.max(connections, 1) }, agent));
    }
    this.timer = setInterval(() => {
      this.tick();
    }, tickMs);
  }

  static start(options: SteadyLoadOptions): SteadyLoad {
    return new SteadyLoad(options);
  }

  /** Number of requests sent so far: marks a moment for `look`. */
  get sent(): number {
    return this.record.sent;
  }

  /** Waits until so many requests were sent. */
  async reached(count: number): Promise<void> {
    while (this.sent < count) await new Promise((resolve) => setTimeout(resolve, 100));
  }

  /** What has come of the requests from a moment on, up to another one; of all without. */
  look(from = 0, to = Infinity): LoadReport {
    return this.record.report(from, to);
  }

  /** Stops sending and waits for the answers that are still due. */
  async stop(): Promise<LoadReport> {
    clearInterval(this.timer);
    this.balancer.stop();
    await Promise.all(this.open);
    for (const agent of [...this.agents.values()].flat()) agent.destroy();
    return this.look();
  }

  private tick(): void {
    const { rate = 60 } = this.options;
    const due = Math.floor(((performance.now() - this.begun) * rate) / 1000) - this.sent;
    for (let count = Math.min(due, mostPerTick); count > 0; count--) {
      const request = this.send(this.record.next()).finally(() => this.open.delete(request));
      this.open.add(request);
    }
  }

  private async send(number: number): Promise<void> {
    // After what the network has for us: a connection that the server has closed by now is not taken for an open one.
    await new Promise(setImmediate);
    const urls = this.balancer.inTurn(number);
    const tried = this.options.failover === true ? urls : urls.slice(0, 1);
    const begin = performance.now();
    const reasons: string[] = [];
    for (const url of tried) {
      try {
        const body = await this.get(url, number);
        this.record.answered(number, performance.now() - begin, versionIn(body));
        return;
      } catch (error) {
        reasons.push(`${new URL(url).host}: ${reasonOf(error)}`);
      }
    }
    this.record.failed(number, reasons.join("; "));
  }

  /** The body of an answer with status 200. */
  private get(url: string, number: number): Promise<string> {
    const { host, urls, timeoutMs = 5000 } = this.options;
    const agents = this.agents.get(url) ?? [];
    const agent = agents[Math.floor(number / urls.length) % agents.length];
    return new Promise((resolve, reject) => {
      const options = { agent, ...(host !== undefined && { headers: { host }, servername: host }) };
      const request = (url.startsWith("https:") ? https : http).get(url, options);
      const limit = setTimeout(() => {
        request.destroy(new Error(`no answer in ${timeoutMs} ms`));
      }, timeoutMs);
      const fail = (error: Error) => {
        clearTimeout(limit);
        const kept = request.reusedSocket ? " on a kept connection" : "";
        reject(new Error(`${reasonOf(error)}${kept}`));
      };
      request.on("error", fail);
      request.once("response", (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        response.on("error", fail);
        response.once("end", () => {
          clearTimeout(limit);
          if (response.statusCode === 200) resolve(body);
          else reject(new Error(`status ${response.statusCode ?? 0} ${body.slice(0, 200)}`.trim()));
        });
      });
    });
  }
}

/** The version that an answer of the sample applications names. */
function versionIn(body: string): string | undefined {
  try {
    const answer = JSON.parse(body) as { readonly version?: unknown } | null;
    return typeof answer?.version === "string" ? answer.version : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === "" ? error.name : error.message;
}
