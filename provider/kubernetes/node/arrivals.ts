import { until } from "../../cluster/poll";

/** A control plane may not come in now, as others stand: one of them may have its own turn still, and cure that. */
export class NotNow extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotNow";
  }
}

/** Between two tries, milliseconds. */
const pace = 1000;
/** Others of the same run take minutes each, seconds. */
const limit = 3600;

/**
 * Control planes that one run brings in. They come one at a time, in whatever order the engine starts them; what an earlier
 * run has left of one (an etcd member that never started) keeps the others out until that one has had its turn.
 */
export class Arrivals {
  private readonly waiting = new Map<string, "turn" | "others">();

  /**
   * Lets a control plane in, again after each other one that came in while it could not.
   * @param enter one try, under the cluster's lock; it throws `NotNow` where the others are in the way
   */
  async admit<T>(machine: string, signal: AbortSignal, enter: () => Promise<T>): Promise<T> {
    this.waiting.set(machine, "turn");
    try {
      return await until(() => this.tried(machine, enter), {
        seconds: limit,
        every: pace,
        signal,
        late: () => `${machine} could not join: other control planes of the same run still join`,
      });
    } finally {
      this.waiting.delete(machine);
    }
  }

  private async tried<T>(machine: string, enter: () => Promise<T>): Promise<T | undefined> {
    // Nothing has changed since the last try, and somebody's turn is still to come.
    if (this.waiting.get(machine) === "others" && this.someHaveTurn()) return undefined;
    try {
      const entered = await enter();
      for (const other of this.waiting.keys()) this.waiting.set(other, "turn");
      return entered;
    } catch (error) {
      this.waiting.set(machine, "others");
      if (error instanceof NotNow && this.someHaveTurn()) return undefined;
      throw error;
    }
  }

  private someHaveTurn(): boolean {
    return [...this.waiting.values()].includes("turn");
  }
}
