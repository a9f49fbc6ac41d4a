import type Docker from "dockerode";
import { randomUUID } from "node:crypto";
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { callEngine } from "./engineApi";
import { isOutOfSequence, statusOf } from "./errors";

/** Name of the Swarm config whose existence is the lease. It holds no data: the labels say whose it is. */
export const leaseName = "slipway-lease";

const seconds = { valid: 60, renewEvery: 20 } as const;
/** Between two tries to get it, milliseconds: the longer one waits, the less often one asks. */
const pause = { first: 500, longest: 4000 } as const;
/** The Engine API refuses an empty config. */
const placeholder = Buffer.from("lease").toString("base64");

/** What the lease's labels say; all of it is text. */
export interface LeaseLabels {
  /** Which process: no two share it, even where host names and process numbers are the same (containers). */
  readonly token?: string;
  /** For people: `ops@ci-3:4711`. */
  readonly holder?: string;
  readonly purpose?: string;
  readonly since?: string;
  readonly expires?: string;
}

interface LeaseConfig {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: { readonly Name: string; readonly Labels?: LeaseLabels | null };
}

const token = randomUUID();

function holderName(): string {
  return `${os.userInfo().username}@${os.hostname()}:${process.pid}`;
}

/** What is to be done about a lease that exists. */
export type LeaseVerdict = "mine" | "expired" | "taken";

/**
 * @param now the clock of the manager: the only one that all who want the lease can agree on.
 */
export function judgeLease(labels: LeaseLabels, own: string, now: Date): LeaseVerdict {
  if (labels.token === own) return "mine";
  const expires = Date.parse(labels.expires ?? "");
  return Number.isNaN(expires) || expires < now.getTime() ? "expired" : "taken";
}

async function clockOf(docker: Docker): Promise<Date> {
  const { SystemTime } = (await docker.info()) as { SystemTime?: string };
  return new Date(SystemTime ?? NaN);
}

function labelsFrom(purpose: string, now: Date): LeaseLabels {
  const expires = new Date(now.getTime() + seconds.valid * 1000);
  const since = now.toISOString();
  return { token, holder: holderName(), purpose, since, expires: expires.toISOString() };
}

async function findLease(docker: Docker): Promise<LeaseConfig | undefined> {
  const filters = JSON.stringify({ name: [leaseName] });
  const found = (await docker.listConfigs({ filters })) as unknown as LeaseConfig[];
  // The filter matches prefixes.
  return found.find(({ Spec }) => Spec.Name === leaseName);
}

/** Writes new labels if the lease is still as it was read: who comes second is refused by the Swarm. */
async function relabel(docker: Docker, lease: LeaseConfig, Labels: LeaseLabels): Promise<boolean> {
  try {
    await callEngine(docker, {
      method: "POST",
      path: `/configs/${lease.ID}/update`,
      query: { version: lease.Version.Index },
      body: { Name: leaseName, Labels, Data: placeholder },
    });
    return true;
  } catch (error) {
    if (isOutOfSequence(error) || statusOf(error) === 404) return false;
    throw error;
  }
}

/** One try to get the lease: `undefined` when it is held now, otherwise who has it. */
async function tryAcquire(docker: Docker, purpose: string): Promise<string | undefined> {
  const now = await clockOf(docker);
  const labels = labelsFrom(purpose, now);
  try {
    await docker.createConfig({ Name: leaseName, Labels: labels, Data: placeholder });
    return undefined;
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
  }
  const lease = await findLease(docker);
  if (lease === undefined) return "somebody who has just let go";
  const current = lease.Spec.Labels ?? {};
  if (judgeLease(current, token, now) !== "taken" && (await relabel(docker, lease, labels)))
    return undefined;
  const { holder = "unknown", purpose: doing = "unknown purpose", expires = "?" } = current;
  return `held by ${holder} (${doing}) until ${expires} unless renewed`;
}

/** A lease that is held, until `release`. */
export interface HeldLease {
  /** Aborts when the lease could not be renewed in time or was taken: somebody else may hold it now. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface LeaseOptions {
  readonly purpose: string;
  readonly signal: AbortSignal;
  /** Called with whoever has the lease, while waiting. */
  readonly onWait: (holder: string) => void;
}

/** Asks a manager that answers. */
export type Call = <T>(ask: (docker: Docker) => Promise<T>) => Promise<T>;

/**
 * Waits for the cluster's lease and keeps it renewed.
 * @param call asks whichever manager answers at the time: the work under the lease may take the former one away.
 */
export async function acquireLease(call: Call, options: LeaseOptions): Promise<HeldLease> {
  let last: Docker | undefined;
  const ask: Call = (question) =>
    call((docker) => {
      last = docker;
      return question(docker);
    });
  for (let wait: number = pause.first; ; wait = Math.min(wait * 1.5, pause.longest)) {
    options.signal.throwIfAborted();
    const holder = await ask((docker) => tryAcquire(docker, options.purpose));
    if (holder === undefined) break;
    options.onWait(holder);
    await sleep(wait, undefined, { signal: options.signal });
  }

  const loss = new AbortController();
  const lose = (why: string) => {
    loss.abort(new Error(`the cluster's lease was lost: ${why}. Run again`));
  };
  let renewed = performance.now();
  const renew = (): Promise<void> =>
    ask(async (docker) => {
      const lease = await findLease(docker);
      const labels = lease?.Spec.Labels ?? {};
      const now = await clockOf(docker);
      if (lease === undefined || judgeLease(labels, token, now) !== "mine") {
        lose(lease === undefined ? "it was removed" : `${labels.holder ?? "somebody"} has it now`);
        return;
      }
      if (await relabel(docker, lease, labelsFrom(options.purpose, now)))
        renewed = performance.now();
    });
  const timer = setInterval(() => {
    renew()
      // A manager that is just going away: the next renewal asks another one.
      .catch(() => undefined)
      .finally(() => {
        if (performance.now() - renewed > seconds.valid * 1000)
          lose("no manager renewed it in time");
      });
  }, seconds.renewEvery * 1000);
  return {
    lost: loss.signal,
    release: async () => {
      clearInterval(timer);
      // A run that was cancelled asks nobody new: the manager that answered last will do.
      const giveBack = last !== undefined && (await released(last));
      if (!giveBack && !options.signal.aborted) await call(released).catch(() => false);
    },
  };
}

/** Whether the lease is not ours any more. */
async function released(docker: Docker): Promise<boolean> {
  try {
    const lease = await findLease(docker);
    if (lease?.Spec.Labels?.token === token) await docker.getConfig(lease.ID).remove();
    return true;
  } catch {
    // The last manager has left, or this one does not answer: a lease that is not renewed is free in a minute.
    return false;
  }
}
