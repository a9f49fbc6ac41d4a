import http from "node:http";

/** How an address says whether it takes requests: 200 at this place, over http. */
export interface HealthCheck {
  readonly port: number;
  readonly path: string;
}

/** How often an address is asked, and how long it may take to answer, ms. */
const intervalMs = 500;
const timeoutMs = 1000;

/** Several addresses of one service: each in turn, without those that say that they take no requests. */
export class Balancer {
  private readonly away = new Set<string>();
  private readonly timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly urls: readonly string[],
    health: HealthCheck | undefined,
  ) {
    if (health === undefined) return;
    this.timer = setInterval(() => {
      for (const url of urls) void this.ask(url, health);
    }, intervalMs);
  }

  /** All that may be asked, the one first whose turn it is. Where none is well, all are: a failure has to be seen. */
  inTurn(turn: number): readonly string[] {
    const well = this.urls.filter((url) => !this.away.has(url));
    const candidates = well.length === 0 ? this.urls : well;
    const first = turn % candidates.length;
    return [...candidates.slice(first), ...candidates.slice(0, first)];
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async ask(url: string, health: HealthCheck): Promise<void> {
    if (await isWell(new URL(url).hostname, health)) this.away.delete(url);
    else this.away.add(url);
  }
}

function isWell(hostname: string, { port, path }: HealthCheck): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get(
      { hostname, port, path, agent: false, timeout: timeoutMs },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.once("timeout", () => request.destroy());
    request.once("error", () => {
      resolve(false);
    });
  });
}
