import { fstatSync } from "node:fs";
import { connect } from "node:net";

/** How often the parent process is looked at, milliseconds. */
const watchInterval = 500;
/** How long a critical step may delay the end, milliseconds: the provider is gone 2 s after its engine. */
const graceForCriticalSteps = 1200;
/** How long sessions may take to be given back, milliseconds: every command of the user waits for it. */
const graceForFarewell = 200;

/**
 * The provider lives as long as its engine. An engine that is killed does not tell its plugins: without
 * this, a plugin goes on creating what no state will ever name.
 */
export class Lifetime {
  private readonly controller = new AbortController();
  private readonly critical = new Set<Promise<unknown>>();
  private readonly parent = process.ppid;
  private readonly onEnd: (() => Promise<void> | void)[] = [];
  private ending = false;

  /** Aborted when the engine cancels or is gone. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  constructor() {
    setInterval(() => {
      if (process.ppid !== this.parent) void this.end("the engine is gone");
    }, watchInterval).unref();
    // SIGINT is how the engine closes a plugin that it needs no longer; Ctrl-C does not come here, for the
    // engine starts plugins in process groups of their own (`ExecPlugin` and `Close` in Pulumi's plugin.go).
    for (const signal of ["SIGINT", "SIGTERM"]) {
      process.on(signal, () => void this.end("the engine has ended the provider"));
    }
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

  /** Runs when the process ends; may take `graceForFarewell`. */
  beforeEnd(work: () => Promise<void> | void): void {
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
    await settled([...this.critical], graceForCriticalSteps);
    await settled(
      this.onEnd.map(async (work) => work()),
      graceForFarewell,
    );
    process.exit(0);
  }
}

/** Waits until all have ended, well or badly, but not longer than the limit in milliseconds. */
async function settled(work: readonly Promise<unknown>[], limit: number): Promise<void> {
  if (work.length === 0) return;
  await Promise.race([
    Promise.allSettled(work),
    new Promise((resolve) => setTimeout(resolve, limit)),
  ]);
}

function splitAddress(address: string): [host: string, port: number] {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon), Number(address.slice(colon + 1))];
}
