import pLimit from "p-limit";
import type { ClusterLock, Context } from "../../server/handler";

/** Several nodes of one run under one lease: its first one takes it, its last one gives it back. */
class SharedHold {
  private users = 0;
  private current:
    | {
        readonly signal: Promise<AbortSignal>;
        readonly end: () => void;
        readonly ended: Promise<unknown>;
      }
    | undefined;

  constructor(private readonly lock: ClusterLock) {}

  async run<T>(
    context: Context,
    purpose: string,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    this.users++;
    const hold = (this.current ??= this.take(context, purpose));
    try {
      const shared = await hold.signal;
      return await work(AbortSignal.any([context.signal, shared]));
    } finally {
      this.users--;
      if (this.users === 0) {
        this.current = undefined;
        hold.end();
        // It fails only where taking it has failed, which everybody has been told already.
        await hold.ended.catch(() => undefined);
      }
    }
  }

  private take(context: Context, purpose: string) {
    let end: () => void = () => undefined;
    const done = new Promise<void>((resolve) => {
      end = resolve;
    });
    let ended: Promise<unknown> = Promise.resolve();
    const signal = new Promise<AbortSignal>((resolve, reject) => {
      ended = this.lock.hold(context, purpose, async (held) => {
        resolve(held);
        await done;
      });
      ended.catch(reject);
    });
    signal.catch(() => undefined);
    return { signal, end, ended };
  }
}

/**
 * Upgrades of workers: so many of a pool at once as the pool allows, all under one lease. What has failed in this run
 * stops those that have not begun.
 */
export class Batches {
  private readonly limits = new Map<string, ReturnType<typeof pLimit>>();
  private readonly shared: SharedHold;
  private readonly failures = new Map<string, string>();

  constructor(lock: ClusterLock) {
    this.shared = new SharedHold(lock);
  }

  /** Machines whose upgrade to a version has failed in this process. */
  failed(version: string): readonly string[] {
    return [...this.failures].filter(([, to]) => to === version).map(([machine]) => machine);
  }

  /** Remembers how an upgrade went. */
  async track<T>(machine: string, version: string, work: () => Promise<T>): Promise<T> {
    this.failures.delete(machine);
    try {
      return await work();
    } catch (error) {
      this.failures.set(machine, version);
      throw error;
    }
  }

  /** @throws where an upgrade of this run has failed: nobody else is begun then. */
  refuseAfterFailure(machine: string, version: string): void {
    const others = this.failed(version).filter((one) => one !== machine);
    if (others.length > 0)
      throw new Error(
        `${machine} is not upgraded: the upgrade of ${others.join(", ")} to ${version} has failed in this run. Cure that first, then run \`pulumi up\` again: it goes on from there`,
      );
  }

  /** @param gate is passed one by one before the lease is asked for. */
  inBatch<T>(
    context: Context,
    pool: { readonly name: string; readonly size: number },
    purpose: string,
    gate: () => Promise<void>,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const key = `${pool.name} ${pool.size}`;
    const limit = this.limits.get(key) ?? pLimit(Math.max(1, pool.size));
    this.limits.set(key, limit);
    return limit(async () => {
      await gate();
      return this.shared.run(context, purpose, work);
    });
  }
}
