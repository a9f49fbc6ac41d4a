import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { waitUntil } from "../../lab/host/process";

/** An alert as Alertmanager posts it. */
export interface ReceivedAlert {
  readonly status: "firing" | "resolved";
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Path that it was posted to, and what the sender showed. */
  readonly path: string;
  readonly authorization?: string;
}

/** A webhook on this machine, which the lab's machines reach: what Alertmanager tells, and when. */
export class AlertSink {
  readonly received: ReceivedAlert[] = [];

  private constructor(
    private readonly server: Server,
    private readonly host: string,
  ) {}

  /** @param host address of this machine as the lab's machines know it */
  static async open(host: string): Promise<AlertSink> {
    const server = createServer();
    const sink = new AlertSink(server, host);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        sink.take(
          Buffer.concat(chunks).toString(),
          request.url ?? "",
          request.headers.authorization,
        );
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    return sink;
  }

  url(path: string): string {
    return `http://${this.host}:${(this.server.address() as AddressInfo).port}${path}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
      this.server.closeAllConnections();
    });
  }

  /** Alerts of a name that are told as firing, or as over, since a moment. */
  of(
    alert: string,
    status: ReceivedAlert["status"],
    since: number,
    labels: Readonly<Record<string, string>> = {},
  ): readonly ReceivedAlert[] {
    return this.received.filter(
      (one) =>
        one.at >= since &&
        one.status === status &&
        one.labels.alertname === alert &&
        Object.entries(labels).every(([name, value]) => one.labels[name] === value),
    );
  }

  /** Waits until an alert is told. @throws with all that was told where it is not in its time. */
  async expect(
    alert: string,
    status: ReceivedAlert["status"],
    {
      since,
      withinMs,
      labels = {},
    }: {
      readonly since: number;
      readonly withinMs: number;
      readonly labels?: Readonly<Record<string, string>>;
    },
  ): Promise<ReceivedAlert> {
    const told = () => this.of(alert, status, since, labels)[0];
    await waitUntil(() => told() !== undefined, withinMs, 1000);
    const first = told();
    if (first !== undefined) return first;
    const heard = this.received
      .filter(({ at, labels: { alertname } }) => at >= since && alertname !== "Watchdog")
      .map(
        (one) => `${new Date(one.at).toISOString()} ${one.status} ${JSON.stringify(one.labels)}`,
      );
    throw new Error(
      `${alert} was not told as ${status} within ${withinMs / 1000} s; told was:\n${heard.join("\n")}`,
    );
  }

  private take(text: string, path: string, authorization: string | undefined): void {
    const { alerts } = JSON.parse(text) as {
      alerts: readonly Omit<ReceivedAlert, "at" | "path" | "authorization">[];
    };
    for (const alert of alerts)
      this.received.push({ ...alert, at: Date.now(), path, authorization });
  }
}
