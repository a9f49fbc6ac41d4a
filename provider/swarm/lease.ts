import type Docker from "dockerode";
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { isOutOfSequence, statusOf } from "./errors";

/** Name of the Swarm config whose existence is the lease. It holds no data: the labels say whose it is. */
export const leaseName = "slipway-lease";

const seconds = { valid: 60, renewEvery: 20, retryEvery: 1 } as const;
/** The Engine API refuses an empty config. */
const placeholder = Buffer.from("lease").toString("base64");

interface LeaseConfig {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: { readonly Name: string; readonly Labels?: Readonly<Record<string, string>> };
}

/** Whose lease it is. */
export function holderName(): string {
  return `${os.userInfo().username}@${os.hostname()}:${process.pid}`;
}

/**
 * Whether the lease may be taken from its holder. The clock is the manager's, the only one that all
 * who want the lease can agree on.
 */
export function hasExpired(labels: Readonly<Record<string, string>>, now: Date): boolean {
  const expires = Date.parse(labels.expires ?? "");
  return Number.isNaN(expires) || expires < now.getTime();
}

async function clockOf(docker: Docker): Promise<Date> {
  const { SystemTime } = (await docker.info()) as { SystemTime?: string };
  return new Date(SystemTime ?? NaN);
}

function labelsFrom(holder: string, purpose: string, now: Date): Record<string, string> {
  const expires = new Date(now.getTime() + seconds.valid * 1000);
  return { holder, purpose, since: now.toISOString(), expires: expires.toISOString() };
}

async function findLease(docker: Docker): Promise<LeaseConfig | undefined> {
  const filters = JSON.stringify({ name: [leaseName] });
  const found = (await docker.listConfigs({ filters })) as unknown as LeaseConfig[];
  // The filter matches prefixes.
  return found.find(({ Spec }) => Spec.Name === leaseName);
}

/** Writes new labels if the lease is still as it was read: who comes second is refused by the Swarm. */
async function relabel(
  docker: Docker,
  lease: LeaseConfig,
  labels: Record<string, string>,
): Promise<boolean> {
  try {
    const config = docker.getConfig(lease.ID) as unknown as {
      update(options: object): Promise<unknown>;
    };
    await config.update({
      version: lease.Version.Index,
      Name: leaseName,
      Labels: labels,
      Data: placeholder,
    });
    return true;
  } catch (error) {
    if (isOutOfSequence(error) || statusOf(error) === 404) return false;
    throw error;
  }
}

/** One try to get the lease; otherwise who has it. */
async function tryAcquire(
  docker: Docker,
  holder: string,
  purpose: string,
): Promise<{ held: true } | { held: false; by: string }> {
  const now = await clockOf(docker);
  const labels = labelsFrom(holder, purpose, now);
  try {
    await docker.createConfig({ Name: leaseName, Labels: labels, Data: placeholder });
    return { held: true };
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
  }
  const lease = await findLease(docker);
  if (lease === undefined) return { held: false, by: "somebody who has just let go" };
  const current = lease.Spec.Labels ?? {};
  if (current.holder === holder || hasExpired(current, now)) {
    if (await relabel(docker, lease, labels)) return { held: true };
  }
  return {
    held: false,
    by: `${current.holder ?? "unknown"} (${current.purpose ?? "unknown purpose"})`,
  };
}

/** A lease that is held, until `release`. */
export interface HeldLease {
  /** Aborts when the lease could not be renewed in time: from then on somebody else may hold it. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface LeaseOptions {
  readonly purpose: string;
  readonly signal: AbortSignal;
  /** Called with whoever has the lease, while waiting. */
  readonly onWait: (holder: string) => void;
}

/**
 * Waits for the cluster's lease and keeps it renewed.
 * @param manager a manager that answers now: it is asked for anew each time, as the work under the
 *   lease may take the former one away.
 */
export async function acquireLease(
  manager: () => Promise<Docker>,
  options: LeaseOptions,
): Promise<HeldLease> {
  const holder = holderName();
  for (;;) {
    options.signal.throwIfAborted();
    const outcome = await tryAcquire(await manager(), holder, options.purpose);
    if (outcome.held) break;
    options.onWait(outcome.by);
    await sleep(seconds.retryEvery * 1000, undefined, { signal: options.signal });
  }
  const loss = new AbortController();
  let renewed = Date.now();
  const renew = async (): Promise<void> => {
    const docker = await manager();
    const lease = await findLease(docker);
    const mine = lease?.Spec.Labels?.holder === holder;
    if (lease !== undefined && mine) {
      const now = await clockOf(docker);
      if (await relabel(docker, lease, labelsFrom(holder, options.purpose, now)))
        renewed = Date.now();
    }
  };
  const timer = setInterval(() => {
    renew()
      // A manager that is just going away: the next renewal asks another one.
      .catch(() => undefined)
      .finally(() => {
        if (Date.now() - renewed > seconds.valid * 1000)
          loss.abort(new Error("the cluster's lease was lost: no manager renewed it in time"));
      });
  }, seconds.renewEvery * 1000);
  return {
    lost: loss.signal,
    release: async () => {
      clearInterval(timer);
      try {
        const docker = await manager();
        const lease = await findLease(docker);
        if (lease?.Spec.Labels?.holder === holder) await docker.getConfig(lease.ID).remove();
      } catch {
        // The last manager has left, or nobody answers: an expired lease is free anyway.
      }
    },
  };
}
