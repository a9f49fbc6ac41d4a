import type { Probe } from "./controlPlanes";
import { describeState, isClean, isOut, type LocalState } from "./localState";

/** What a cluster's control planes say about it. */
export type Birth =
  | { readonly kind: "adopt"; readonly clusterId: string }
  /**
   * `fresh`: nothing is there. `again`: a run of ours was cut off before etcd had any data, or on its way out: what it
   * left is taken back first. `resume`: it was cut off later, or a snapshot was restored: it goes on with the data that is there.
   */
  | {
      readonly kind: "initialise";
      readonly probe: Probe;
      readonly how: "fresh" | "again" | "resume";
    };

/**
 * Decides whether the cluster exists already. Every control plane must have answered: one that could not be asked may
 * be a member, and a second cluster would be born beside the first.
 *
 * @param probes all control planes, in the order of their names.
 * @throws when a control plane could not be asked, belongs to something that does not answer, or when they belong to
 *   different clusters.
 */
export function placeOfBirth(probes: readonly Probe[]): Birth {
  const ids = new Map<string, string[]>();
  for (const { endpoint, local } of probes) {
    if (local?.clusterId === undefined || local.unfinished === "init" || isOut(local)) continue;
    ids.set(local.clusterId, [...(ids.get(local.clusterId) ?? []), endpoint.machine]);
  }
  if (ids.size > 1) {
    const groups = [...ids].map(([id, machines]) => `${machines.join(", ")} in ${id}`).join("; ");
    throw new Error(
      `the control planes belong to different clusters: ${groups}. Take the wrong ones out with \`kubeadm reset\``,
    );
  }
  const [clusterId] = ids.keys();
  if (clusterId !== undefined) return { kind: "adopt", clusterId };

  const mute = probes.filter(({ local }) => local === undefined);
  if (mute.length > 0)
    throw new Error(
      mute
        .map(({ endpoint, failure }) => `${endpoint.machine}: ${failure ?? "not reached"}`)
        .join("\n") +
        "\nA control plane that cannot be asked may be in a cluster already: none is initialised",
    );
  const begun = probes.find(({ local }) => local?.unfinished === "init");
  const busy = probes.flatMap((one) =>
    one === begun || one.local === undefined || isLeftover(one.local)
      ? []
      : [`${one.endpoint.machine}: ${describeState(one.local)}`],
  );
  if (busy.length > 0)
    throw new Error(
      `${busy.join("\n")}\n` +
        "There is a cluster already, but no control plane answers for it: none is initialised. Bring back enough of its control planes, " +
        "or, if that cluster is not wanted any more, run `kubeadm reset` on these hosts",
    );
  const [first] = probes;
  if (first === undefined) throw new Error("the cluster has no control plane");
  const place = begun ?? first;
  if (place.local === undefined || isClean(place.local))
    return { kind: "initialise", probe: place, how: "fresh" };
  const how = place === begun && place.local.hasEtcdData ? "resume" : "again";
  return { kind: "initialise", probe: place, how };
}

/** Nothing, or what a join has left that was cut off before etcd had any data, or a reset: nobody's member. */
function isLeftover(local: LocalState): boolean {
  return isOut(local) || (local.unfinished === "join" && !local.hasEtcdData);
}
