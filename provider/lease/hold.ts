import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../server/handler";
import { leaseSeconds } from "./record";

/** Between two tries to get a lease, milliseconds: the longer one waits, the less often one asks. */
const pause = { first: 500, longest: 4000 } as const;

/** A lease as its cluster keeps it: what is asked of it must be repeatable. */
export interface Lease {
  /** One try to get it: `undefined` when it is held now, otherwise who has it. */
  acquire(): Promise<string | undefined>;
  /** Answers whether it is renewed, or why it is not ours any more. `busy`: somebody wrote at the same time. */
  renew(): Promise<"renewed" | "busy" | { readonly lost: string }>;
  /** Gives it back. `cancelled`: nobody new is asked; a lease that is not renewed is free in a minute. */
  release(cancelled: boolean): Promise<void>;
}

/** A lease that is held, until `release`. */
export interface HeldLease {
  /** Aborts when the lease could not be renewed in time or was taken: somebody else may hold it now. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface LeaseOptions {
  readonly signal: AbortSignal;
  /** Called with whoever has the lease, while waiting. */
  readonly onWait: (holder: string) => void;
}

/** Waits for a cluster's lease and keeps it renewed. */
export async function holdLease(lease: Lease, options: LeaseOptions): Promise<HeldLease> {
  for (let wait: number = pause.first; ; wait = Math.min(wait * 1.5, pause.longest)) {
    options.signal.throwIfAborted();
    const holder = await lease.acquire();
    if (holder === undefined) break;
    options.onWait(holder);
    await sleep(wait, undefined, { signal: options.signal });
  }

  const loss = new AbortController();
  const lose = (why: string) => {
    loss.abort(new Error(`the cluster's lease was lost: ${why}. Run again`));
  };
  let renewed = performance.now();
  const timer = setInterval(() => {
    lease
      .renew()
      .then((answer) => {
        if (answer === "renewed") renewed = performance.now();
        else if (answer !== "busy") lose(answer.lost);
      })
      // One of the cluster's deciders that is just going away: the next renewal asks another one.
      .catch(() => undefined)
      .finally(() => {
        if (performance.now() - renewed > leaseSeconds.valid * 1000)
          lose("nobody renewed it in time");
      });
  }, leaseSeconds.renewEvery * 1000);
  return {
    lost: loss.signal,
    release: async () => {
      clearInterval(timer);
      await lease.release(options.signal.aborted);
    },
  };
}

/** Within one process handlers queue here; between processes the lease decides. */
let queue: Promise<unknown> = Promise.resolve();

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = queue.then(work, work);
  queue = turn.catch(() => undefined);
  return turn;
}

/** Runs `work` when its turn has come, while the lease is held; `signal` aborts when it is lost. */
export function underLease<T>(
  context: Context,
  lease: () => Lease,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return inTurn(async () => {
    const held = await holdLease(lease(), {
      signal: context.signal,
      onWait: (holder) => {
        context.log.status(`waiting for the cluster's lease, ${holder}`);
      },
    });
    const done = (async () => {
      try {
        return await work(AbortSignal.any([context.signal, held.lost]));
      } finally {
        await held.release();
      }
    })();
    // When the engine dies, the work ends and the lease is given back, so that the next run has not to wait for its end.
    return context.critical(() => done);
  });
}
