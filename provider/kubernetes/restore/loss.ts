import { describeProbes } from "../../cluster/deciders";
import type { Probe } from "../controlPlanes";
import { describeState, isOut, type LocalState } from "../localState";

/** How far the way back is, as the control planes say. */
export type Loss =
  /** There is no control plane to put the snapshot on: machines come first. */
  | { readonly kind: "noMachine" }
  /** The snapshot is to be put on this one. `reset`: what an earlier try has left is taken back before. */
  | { readonly kind: "put"; readonly probe: Probe; readonly reset: boolean }
  /** The snapshot is on it, and the cluster was not started to its end. */
  | { readonly kind: "start"; readonly probe: Probe }
  /** It answers for the cluster again; the others are still to come. */
  | { readonly kind: "answers"; readonly probe: Probe };

export interface Wanted {
  /** The cluster that was lost. */
  readonly clusterId: string;
  /** Of the snapshot's file. */
  readonly sha256: string;
}

/**
 * Decides what is to be done about a cluster that is said to be lost.
 *
 * @param probes all control planes, in the order of their names.
 * @throws Error where a control plane answers for the cluster, has data that may be newer than the snapshot, could not
 *   be asked, or is in another cluster: bringing back a snapshot beside it would make two clusters of one.
 */
export function judgeLoss(probes: readonly Probe[], wanted: Wanted): Loss {
  const begun = probes.find(({ local }) => local?.restoring !== undefined);
  if (begun?.local?.restoring !== undefined) {
    const isSame = begun.local.restoring.sha256 === wanted.sha256;
    if (begun.local.unfinished === undefined) {
      if (isSame) return answering(begun, begun.local, wanted);
      throw new Error(
        `${begun.endpoint.machine}: the cluster is being brought back from another snapshot, of ${begun.local.restoring.taken}: end that with its file first`,
      );
    }
    refuse(probes.filter((one) => one !== begun));
    if (isSame && begun.local.unfinished === "init") return { kind: "start", probe: begun };
    return { kind: "put", probe: begun, reset: true };
  }
  const alive = probes.filter(({ local }) => local?.clusterId === wanted.clusterId);
  if (alive.length > 0)
    throw new Error(
      `${alive.map(({ endpoint }) => endpoint.machine).join(", ")} answers for the cluster: it is not lost, and what it has is newer than any snapshot. ` +
        "Control planes that are gone come back by `pulumi refresh` and `pulumi up`",
    );
  refuse(probes);
  const [first] = probes;
  return first === undefined
    ? { kind: "noMachine" }
    : { kind: "put", probe: first, reset: first.local?.unfinished !== undefined };
}

function answering(probe: Probe, local: LocalState, { clusterId }: Wanted): Loss {
  const { machine } = probe.endpoint;
  if (local.clusterId === clusterId) return { kind: "answers", probe };
  const why = local.error === undefined ? "" : ` (${local.error})`;
  throw new Error(
    local.clusterId === undefined
      ? `${machine}: the snapshot was put on it and the cluster started, but its API server gives no answer now${why}: wait a minute, then run again; \`journalctl -u kubelet\` there tells more`
      : `${machine}: it answers for cluster ${local.clusterId}, and not for ${clusterId}`,
  );
}

/** @throws unless all of them are new machines, or on their way out of a cluster or into it. */
function refuse(probes: readonly Probe[]): void {
  const mute = probes.filter(({ local }) => local === undefined);
  if (mute.length > 0)
    throw new Error(
      `${describeProbes(mute, describeState)}\n` +
        "A control plane that can't be asked may have the cluster's newest data: bring it back. If it is lost for good, destroy its VM in vCenter, then run again",
    );
  const busy = probes.filter(({ local }) => local !== undefined && !isFree(local));
  if (busy.length > 0)
    throw new Error(
      `${describeProbes(busy, describeState)}\n` +
        "What is on it may be newer than the snapshot: if etcd lacks its majority, bring other control planes back. If the data may go (`slipway snapshot --from` fetches " +
        "what snapshots it keeps), destroy its VM in vCenter, or run `kubeadm reset` on an existing host, then run again",
    );
}

/** In no cluster, or left by a join that was cut off before etcd had any data. */
function isFree(local: LocalState): boolean {
  return isOut(local) || (local.unfinished === "join" && !local.hasEtcdData);
}
