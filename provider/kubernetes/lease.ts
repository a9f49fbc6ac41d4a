import type { Lease } from "../lease/hold";
import {
  describeHolder,
  judgeLease,
  leaseSeconds,
  ownRecord,
  ownToken,
  type LeaseRecord,
} from "../lease/record";
import { alreadyExists, isConflict, isNotFound } from "./api/errors";
import type { Kubectl } from "./api/kubectl";
import type { Lease as LeaseObject } from "./api/objects";

/** Name of the lease in `kube-system`. */
export const leaseName = "slipway";
const namespace = "kube-system";

/** What the lease's own fields can't say; holder and times stand in them, so that `kubectl get lease` shows whose it is. */
const annotations = {
  token: "slipway/token",
  purpose: "slipway/purpose",
} as const;

/** What a lease says. One that nobody holds says nothing, and binds nobody. */
export function recordOf({ metadata, spec }: LeaseObject): LeaseRecord {
  const { holderIdentity, renewTime, acquireTime, leaseDurationSeconds = 0 } = spec;
  if (holderIdentity === undefined || holderIdentity === "") return {};
  const renewed = Date.parse(renewTime ?? "");
  return {
    token: metadata.annotations?.[annotations.token],
    holder: holderIdentity,
    purpose: metadata.annotations?.[annotations.purpose],
    since: acquireTime,
    expires: Number.isNaN(renewed)
      ? undefined
      : new Date(renewed + leaseDurationSeconds * 1000).toISOString(),
  };
}

/** The lease as this process holds it. */
export function leaseObject(purpose: string, now: Date, before?: LeaseObject): LeaseObject {
  const { token, holder } = ownRecord(purpose, now);
  const mine = before?.metadata.annotations?.[annotations.token] === token;
  const time = microTime(now);
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      name: leaseName,
      namespace,
      ...(before !== undefined && { resourceVersion: before.metadata.resourceVersion }),
      annotations: { [annotations.token]: token, [annotations.purpose]: purpose },
    },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: leaseSeconds.valid,
      acquireTime: (mine ? before.spec.acquireTime : undefined) ?? time,
      renewTime: time,
    },
  };
}

/** `MicroTime` of the Kubernetes API. */
function microTime(date: Date): string {
  return date.toISOString().replace("Z", "000Z");
}

/** The clock of the control plane: the only one that all who want the lease can agree on. */
async function clockOf({ connection }: Kubectl): Promise<Date> {
  const now = new Date(
    (await connection.must("asking for the time", "date -u +%Y-%m-%dT%H:%M:%S.%3NZ")).trim(),
  );
  if (Number.isNaN(now.getTime()))
    throw new Error(`${connection.machine}: the host did not tell the time`);
  return now;
}

function findLease(kubectl: Kubectl): Promise<LeaseObject | undefined> {
  return kubectl.find<LeaseObject>("lease", leaseName, namespace);
}

/** Writes the lease if it is still as it was read: who comes second is refused. */
async function written(write: Promise<void>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConflict(error) || isNotFound(error) || alreadyExists(error)) return false;
    throw error;
  }
}

async function tryAcquire(kubectl: Kubectl, purpose: string): Promise<string | undefined> {
  const [now, found] = await Promise.all([clockOf(kubectl), findLease(kubectl)]);
  if (found === undefined)
    return (await written(kubectl.create(leaseObject(purpose, now))))
      ? undefined
      : "somebody who was quicker";
  const current = recordOf(found);
  const free = judgeLease(current, ownToken, now) !== "taken";
  if (free && (await written(kubectl.replace(leaseObject(purpose, now, found))))) return undefined;
  return describeHolder(current);
}

/** Asks a control plane that answers. */
export type Call = <T>(ask: (kubectl: Kubectl) => Promise<T>) => Promise<T>;

/** The lease that a Kubernetes cluster keeps: an object of `coordination.k8s.io`, as its own controllers have them. */
export function kubernetesLease(call: Call, purpose: string): Lease {
  let last: Kubectl | undefined;
  const ask: Call = (question) =>
    call((kubectl) => {
      last = kubectl;
      return question(kubectl);
    });
  return {
    acquire: () => ask((kubectl) => tryAcquire(kubectl, purpose)),
    renew: () =>
      ask(async (kubectl) => {
        const [now, found] = await Promise.all([clockOf(kubectl), findLease(kubectl)]);
        if (found === undefined) return { lost: "it was removed" };
        const current = recordOf(found);
        if (judgeLease(current, ownToken, now) !== "mine")
          return { lost: `${current.holder ?? "somebody"} has it now` };
        return (await written(kubectl.replace(leaseObject(purpose, now, found))))
          ? "renewed"
          : "busy";
      }),
    release: async (cancelled) => {
      // A run that was cancelled asks nobody new: the control plane that answered last will do.
      const givenBack = last !== undefined && (await released(last));
      if (!givenBack && !cancelled) await call(released).catch(() => false);
    },
  };
}

/** Whether the lease is not ours any more. */
async function released(kubectl: Kubectl): Promise<boolean> {
  try {
    const found = await findLease(kubectl);
    if (found !== undefined && recordOf(found).token === ownToken) {
      const free: LeaseObject = { ...found, spec: { ...found.spec, holderIdentity: "" } };
      await kubectl.replace(free);
    }
    return true;
  } catch {
    // The last control plane has left, or this one does not answer: a lease that is not renewed is free in a minute.
    return false;
  }
}
