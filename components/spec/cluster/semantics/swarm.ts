import { error, type Finding, warning } from "../../finding";
import { parseCidr } from "../../net";
import { type CheckContext, machineCount, poolsOf, type SwarmDraft } from "../file";

/** UDP port of the Swarm's gossip between nodes. */
const gossipPort = 7946;

/** Settings of the Swarm that Docker would refuse, or that have no effect. */
export function* checkSwarm(draft: SwarmDraft, context: CheckContext): Iterable<Finding> {
  const { swarm } = draft;
  if (swarm === undefined) return;
  if (swarm.dataPathPort === gossipPort) {
    yield error(
      ["swarm", "dataPathPort"],
      `is ${gossipPort}, the port of the Swarm's gossip; use another, for example 4789`,
    );
  }
  const { subnetSize } = swarm;
  const pools = swarm.addressPool ?? [];
  for (const [index, pool] of pools.entries()) {
    const range = pool === undefined ? undefined : parseCidr(pool);
    if (range === undefined || subnetSize === undefined || subnetSize > range.prefixLength)
      continue;
    yield error(
      ["swarm", "addressPool", index],
      `is too small: subnets of /${subnetSize} (swarm.subnetSize) are cut from it, the first for the ingress network; use a range larger than /${subnetSize}, or a longer subnetSize`,
    );
  }
  const counts = poolsOf(draft).map(([name, pool]) => machineCount(draft, name, pool));
  const isSingle = counts.reduce<number>((sum, count) => sum + (count ?? 2), 0) === 1;
  if (swarm.encryptOverlays === true && isSingle && context.given(["swarm", "encryptOverlays"])) {
    yield warning(
      ["swarm", "encryptOverlays"],
      "has no effect with one machine: nothing travels between nodes; leave it out until there are more",
    );
  }
}
