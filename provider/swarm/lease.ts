import type Docker from "dockerode";
import type { Lease } from "../lease/hold";
import { describeHolder, judgeLease, ownRecord, ownToken, type LeaseRecord } from "../lease/record";
import { callEngine } from "./engineApi";
import { isOutOfSequence, statusOf } from "./errors";

export { judgeLease } from "../lease/record";

/** Name of the Swarm config whose existence is the lease. It holds no data: the labels say whose it is. */
export const leaseName = "slipway-lease";

/** The Engine API refuses an empty config. */
const placeholder = Buffer.from("lease").toString("base64");

interface LeaseConfig {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: { readonly Name: string; readonly Labels?: LeaseRecord | null };
}

async function clockOf(docker: Docker): Promise<Date> {
  const { SystemTime } = (await docker.info()) as { SystemTime?: string };
  return new Date(SystemTime ?? NaN);
}

async function findLease(docker: Docker): Promise<LeaseConfig | undefined> {
  const filters = JSON.stringify({ name: [leaseName] });
  const found = (await docker.listConfigs({ filters })) as unknown as LeaseConfig[];
  // The filter matches prefixes.
  return found.find(({ Spec }) => Spec.Name === leaseName);
}

/** Writes new labels if the lease is still as it was read: who comes second is refused by the Swarm. */
async function relabel(docker: Docker, lease: LeaseConfig, Labels: LeaseRecord): Promise<boolean> {
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
  const labels = ownRecord(purpose, now);
  try {
    await docker.createConfig({ Name: leaseName, Labels: labels, Data: placeholder });
    return undefined;
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
  }
  const lease = await findLease(docker);
  if (lease === undefined) return "somebody who has just let go";
  const current = lease.Spec.Labels ?? {};
  if (judgeLease(current, ownToken, now) !== "taken" && (await relabel(docker, lease, labels)))
    return undefined;
  return describeHolder(current);
}

/** Asks a manager that answers. */
export type Call = <T>(ask: (docker: Docker) => Promise<T>) => Promise<T>;

/**
 * The lease that a Swarm keeps.
 * @param call asks whichever manager answers at the time: the work under the lease may take the former one away.
 */
export function swarmLease(call: Call, purpose: string): Lease {
  let last: Docker | undefined;
  const ask: Call = (question) =>
    call((docker) => {
      last = docker;
      return question(docker);
    });
  return {
    acquire: () => ask((docker) => tryAcquire(docker, purpose)),
    renew: () =>
      ask(async (docker) => {
        const lease = await findLease(docker);
        const labels = lease?.Spec.Labels ?? {};
        const now = await clockOf(docker);
        if (lease === undefined) return { lost: "it was removed" };
        if (judgeLease(labels, ownToken, now) !== "mine")
          return { lost: `${labels.holder ?? "somebody"} has it now` };
        return (await relabel(docker, lease, ownRecord(purpose, now))) ? "renewed" : "busy";
      }),
    release: async (cancelled) => {
      // A run that was cancelled asks nobody new: the manager that answered last will do.
      const givenBack = last !== undefined && (await released(last));
      if (!givenBack && !cancelled) await call(released).catch(() => false);
    },
  };
}

/** Whether the lease is not ours any more. */
async function released(docker: Docker): Promise<boolean> {
  try {
    const lease = await findLease(docker);
    if (lease?.Spec.Labels?.token === ownToken) await docker.getConfig(lease.ID).remove();
    return true;
  } catch {
    // The last manager has left, or this one does not answer: a lease that is not renewed is free in a minute.
    return false;
  }
}
