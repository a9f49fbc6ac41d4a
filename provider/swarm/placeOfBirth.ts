import { describeState, type Probe } from "./managers";

/** What a cluster's managers say about its Swarm. */
export type Birth =
  | { readonly kind: "adopt"; readonly clusterId: string }
  | { readonly kind: "initialise"; readonly probe: Probe };

/**
 * Decides whether the cluster has a Swarm already. Every manager must have answered: one that could
 * not be asked may be a member, and a second Swarm would be born beside the first.
 *
 * @param probes all managers, in the order of their names.
 * @throws when a manager could not be asked, is locked, or when they belong to different Swarms.
 */
export function placeOfBirth(probes: readonly Probe[]): Birth {
  const ids = new Map<string, string[]>();
  for (const { endpoint, local } of probes) {
    if (local?.clusterId === undefined) continue;
    ids.set(local.clusterId, [...(ids.get(local.clusterId) ?? []), endpoint.machine]);
  }
  if (ids.size > 1) {
    const groups = [...ids].map(([id, machines]) => `${machines.join(", ")} in ${id}`).join("; ");
    throw new Error(
      `the managers belong to different Swarms: ${groups}. Make the wrong ones leave with \`docker swarm leave --force\``,
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
        "\nA manager that cannot be asked may be in a Swarm already: none is initialised",
    );
  const busy = probes.flatMap(({ endpoint, local }) =>
    local === undefined || local.state === "inactive"
      ? []
      : [`${endpoint.machine}: ${describeState(local)}`],
  );
  if (busy.length > 0)
    throw new Error(
      `${busy.join("\n")}\n` +
        "There is a Swarm already, but no manager of it answers for it: none is initialised. Bring back enough of its managers, " +
        "unlock those that are locked, or, if that Swarm is not wanted any more, run `docker swarm leave --force` on these hosts",
    );
  const [first] = probes;
  if (first === undefined) throw new Error("the cluster has no manager");
  return { kind: "initialise", probe: first };
}
