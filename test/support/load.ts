import http from "node:http";

/** Requests per second on each target. */
const rate = 10;
const timeoutMs = 5000;
/** What a load balancer allows an address before it takes the next one. */
const connectMs = 1000;

function get(url: string, patienceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { timeout: patienceMs, agent: false }, (response) => {
      response.resume();
      response.once("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url}: status ${String(response.statusCode)}`));
      });
      response.once("error", reject);
    });
    request.once("timeout", () =>
      request.destroy(new Error(`${url}: no answer in ${patienceMs} ms`)),
    );
    request.once("error", (error) => {
      reject(error.message === "" ? new Error(`${url}: ${String(error)}`) : error);
    });
  });
}

/** The first answer of several addresses, tried in turn: what a load balancer with failover gives its clients. */
async function getAny(urls: readonly string[]): Promise<void> {
  const failures: string[] = [];
  for (const url of urls) {
    try {
      await get(url, connectMs);
      return;
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  throw new Error(failures.join("; "));
}

/** A client that calls the application steadily and never tries anything twice. */
export class Load {
  sent = 0;
  readonly failures: string[] = [];
  private readonly timer: NodeJS.Timeout;
  private readonly open = new Set<Promise<void>>();

  private constructor(targets: readonly (() => Promise<void>)[]) {
    this.timer = setInterval(() => {
      for (const target of targets) this.send(target);
    }, 1000 / rate);
  }

  /** Every address has to answer every request. */
  static onEach(urls: readonly string[]): Load {
    return new Load(urls.map((url) => () => get(url, timeoutMs)));
  }

  /** Behind a load balancer: of all addresses, one has to answer. Begins with another one each time. */
  static onAny(urls: readonly string[]): Load {
    let turn = 0;
    return new Load([
      () => {
        turn = (turn + 1) % urls.length;
        return getAny([...urls.slice(turn), ...urls.slice(0, turn)]);
      },
    ]);
  }

  private send(target: () => Promise<void>): void {
    this.sent++;
    const at = new Date().toISOString();
    const request = target()
      .catch((error: unknown) => {
        this.failures.push(`${at} ${messageOf(error)}`);
      })
      .finally(() => this.open.delete(request));
    this.open.add(request);
  }

  /** Stops sending and waits for the answers that are still due. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.open);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
