import { fstatSync } from "node:fs";
import { connect } from "node:net";

/** How often the parent process is looked at, milliseconds. */
const watchInterval = 500;
/** How long a critical step may delay the end, milliseconds: the provider is gone 2 s after its engine. */
const graceForCriticalSteps = 1200;

/**
 * The provider lives as long as its engine. An engine that is killed does not tell its plugins: without
 * this, a plugin goes on creating what no state will ever name.
 */
export class Lifetime {
  private readonly controller = new AbortController();
  private readonly critical = new Set<Promise<unknown>>();
  private readonly parent = process.ppid;
  private readonly onEnd: (() => void)[] = [];
  private ending = false;

  /** Aborted when the engine cancels or is gone. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  constructor() {
    setInterval(() => {
      if (process.ppid !== this.parent) void this.end("the engine is gone");
    }, watchInterval).unref();
    process.on("SIGTERM", () => void this.end("terminated"));
    // Ctrl-C reaches the whole terminal group; the engine decides what it means and sends Cancel.
    process.on("SIGINT", () => undefined);
  }

  /**
   * The engine holds the other end of our standard input. Its end alone proves nothing, so the engine's
   * address is tried too. This catches an engine that died before our first look at the parent process.
   */
  watchInput(engineAddress: string): void {
    if (!fstatSync(0).isFIFO()) return;
    process.stdin.on("end", () => {
      const [host, port] = splitAddress(engineAddress);
      const probe = connect(port, host);
      probe.on("connect", () => {
        probe.destroy();
      });
      probe.on("error", () => void this.end("the engine is gone"));
    });
    process.stdin.on("error", () => undefined);
    process.stdin.resume();
    process.stdin.unref();
  }

  cancel(reason: string): void {
    this.controller.abort(new Error(reason));
  }

  /** Runs when the process ends, whatever ends it: must be quick. */
  beforeEnd(work: () => void): void {
    this.onEnd.push(work);
  }

  async runCritical<T>(work: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    const running = work();
    this.critical.add(running);
    try {
      return await running;
    } finally {
      this.critical.delete(running);
    }
  }

  private async end(reason: string): Promise<void> {
    if (this.ending) return;
    this.ending = true;
    this.cancel(reason);
    await Promise.race([
      Promise.allSettled([...this.critical]),
      new Promise((resolve) => setTimeout(resolve, graceForCriticalSteps)),
    ]);
    for (const work of this.onEnd) work();
    process.exit(0);
  }
}

function splitAddress(address: string): [host: string, port: number] {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon), Number(address.slice(colon + 1))];
}
