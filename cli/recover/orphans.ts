import type { OrchestratorWords } from "../orchestratorWords";
import type { Membership } from "../roll/clusterWatch";

/** A VM of vCenter, as far as its ownership is to be judged. */
export interface FoundVm {
  readonly name: string;
  /** BIOS UUID. */
  readonly uuid: string;
  readonly poweredOn: boolean;
  /** ISO 8601; absent on vCenter before 6.7. */
  readonly created?: string;
  /** guestinfo.slipway.cluster and .machine; absent before the VM was configured. */
  readonly cluster?: string;
  readonly machine?: string;
  /** It stands in the folder in which an interrupted update was about to make a VM of this name. */
  readonly atPendingPlace: boolean;
}

export interface OrphanContext {
  /** Identity of the cluster, `<project>/<stack>`. */
  readonly cluster: string;
  /** Its name in cluster.yml, the prefix of its VMs' names. */
  readonly clusterName: string;
  readonly words: OrchestratorWords;
  /** UUIDs of the VMs that the state knows, those whose deletion is pending among them. */
  readonly knownUuids: ReadonlySet<string>;
  /** Names of VMs that the interrupted update was about to make. */
  readonly pendingNames: ReadonlySet<string>;
  /** When the interrupted update began, or the latest moment before it that is known; absent when none is. */
  readonly since?: Date;
  /** By UUID in lower case, of VMs that carry our identity and are not in the state. Absent is `unknown`. */
  readonly memberships: ReadonlyMap<string, Membership>;
}

/**
 * `remove`: ours, made by the interrupted update. `keep`: somebody should look, and the update can go on.
 * `block`: it has the place of a VM that the next update must make, and may not be ours.
 */
export interface OrphanVerdict {
  readonly action: "remove" | "keep" | "block";
  readonly why: string;
}

/** Clocks of vCenter and of this machine may differ that much, milliseconds. */
const clockTolerance = 5 * 60_000;

/**
 * Whose a VM is that the state does not know; `undefined` for VMs that are no business of this cluster.
 *
 * A VM that is removed cannot hold data of the cluster. Either its creation is still pending in the state: a machine's
 * node, without which it is no member, are created only after its VM's creation has ended. Or (Pulumi
 * forgets a creation that Ctrl-C ended, and the vSphere plugin leaves its VM) it is no member: the cluster says so,
 * or, where the state knows none, the machine itself. A state may have been lost, and all its machines be strangers.
 */
export function judgeOrphan(vm: FoundVm, context: OrphanContext): OrphanVerdict | undefined {
  if (context.knownUuids.has(vm.uuid.toLowerCase())) return undefined;
  const pending = context.pendingNames.has(vm.name);
  if (vm.cluster === context.cluster) return judgeOurs(vm, pending, context);
  if (!pending || !vm.atPendingPlace) return undefined;
  if (vm.cluster !== undefined) {
    return block(`it belongs to cluster ${vm.cluster}: rename it, or choose another folder`);
  }
  return judgeNameless(vm, context.since);
}

/** It carries our identity. Guests can be cloned by hand, identity and all: the name is vCenter's. */
function judgeOurs(vm: FoundVm, pending: boolean, context: OrphanContext): OrphanVerdict {
  const named = isNamedRight(vm, context);
  if (pending && named) {
    return { action: "remove", why: "the interrupted update made it, and it has not joined" };
  }
  if (pending) {
    return block(
      `it says that it is machine ${vm.machine ?? "?"}, which its name does not: look at it, then rename or destroy it`,
    );
  }
  if (!named) {
    return {
      action: "keep",
      why: "it carries this cluster's identity, but not a name of ours, as a copy made by hand does: remove its guestinfo.slipway.* settings, or destroy it",
    };
  }
  const { cluster, decider } = context.words;
  switch (context.memberships.get(vm.uuid.toLowerCase()) ?? "unknown") {
    case "unknown":
      return block(
        `nobody could be asked whether it is a member of a ${cluster}: bring a ${decider} or this machine back, or look at the VM and destroy it yourself`,
      );
    case "member":
      return block(
        `it is a member of a ${cluster}, and the state does not know it (an older state was restored, or it was lost?): bring the state back, or drain and remove the node, then destroy the VM`,
      );
    case "none":
      return {
        action: "remove",
        why: `an update that was stopped made it, and it is no member of a ${cluster}`,
      };
  }
}

/** The update ended between clone and configuration: only name, place, power and age can tell. */
function judgeNameless(vm: FoundVm, since: Date | undefined): OrphanVerdict {
  if (vm.poweredOn) {
    return block(
      "it carries no identity and is powered on, which ours never is before it has one: rename it, or destroy it",
    );
  }
  if (vm.created === undefined) {
    return block(
      "it carries no identity, and this vCenter does not say when it was made: look at it, then destroy it if the interrupted update made it",
    );
  }
  if (since !== undefined && Date.parse(vm.created) < since.getTime() - clockTolerance) {
    return block(
      `it carries no identity and was made on ${vm.created}, before the interrupted update: rename it`,
    );
  }
  return {
    action: "remove",
    why: "the interrupted update had cloned it and not configured it; it never ran",
  };
}

/** `lab-managers-0-g2` is a VM of machine `managers-0` of cluster `lab`. */
function isNamedRight({ name, machine }: FoundVm, { clusterName }: OrphanContext): boolean {
  const bare = name.replace(/-g\d+$/, "");
  return machine !== undefined && bare !== name && bare === `${clusterName}-${machine}`;
}

function block(why: string): OrphanVerdict {
  return { action: "block", why };
}
