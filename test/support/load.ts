import http from "node:http";

/** Requests per second on each address. */
const rate = 10;
const timeoutMs = 5000;

function get(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { timeout: timeoutMs }, (response) => {
      response.resume();
      response.once("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${url}: status ${String(response.statusCode)}`));
      });
    });
    request.once("timeout", () =>
      request.destroy(new Error(`${url}: no answer in ${timeoutMs} ms`)),
    );
    request.once("error", reject);
  });
}

/** A client that calls the application steadily and never tries anything twice. */
export class Load {
  sent = 0;
  readonly failures: string[] = [];
  private readonly timer: NodeJS.Timeout;
  private readonly open = new Set<Promise<void>>();

  constructor(urls: readonly string[]) {
    this.timer = setInterval(() => {
      for (const url of urls) this.send(url);
    }, 1000 / rate);
  }

  private send(url: string): void {
    this.sent++;
    const at = new Date().toISOString();
    const request = get(url)
      .catch((error: unknown) => {
        this.failures.push(`${at} ${error instanceof Error ? error.message : String(error)}`);
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
