import { errorAtKey, type Finding, warning } from "../../finding";
import { quote } from "../../words";
import {
  type CheckContext,
  type ClusterDraft,
  machineCount,
  type PoolDraft,
  poolsOf,
  type SwarmDraft,
  type SwarmPoolDraft,
} from "../file";

const longestHostName = 63;
/** Properties of a pool that only make sense where Slipway makes the VMs. */
const vsphereOnly = ["count", "antiAffinity", "replace", "network"];
const vsphereOnlyInSwarm = [...vsphereOnly, "dataDiskGiB", "keepDataDisk"];
/** Docker keeps these for itself: https://docs.docker.com/engine/manage-resources/labels/ */
const reservedNamespaces = ["com.docker.", "io.docker.", "org.dockerproject."];

/** Each pool on its own: names that fit, settings that have an effect. */
export function* checkNodePools(draft: ClusterDraft, context: CheckContext): Iterable<Finding> {
  const pools = poolsOf(draft);
  for (const [name, pool] of pools) {
    yield* checkNameLength(draft, name, pool);
    if (draft.hosts !== undefined && draft.vsphere === undefined) {
      const settings = draft.orchestrator === "kubernetes" ? vsphereOnly : vsphereOnlyInSwarm;
      yield* checkWithoutVsphere(name, settings, context);
    }
  }
  if (draft.orchestrator === "swarm") yield* checkSwarmPools(draft, context);
}

function* checkSwarmPools(draft: SwarmDraft, context: CheckContext): Iterable<Finding> {
  const pools = poolsOf(draft);
  for (const [name, pool] of pools) {
    yield* checkLabels(name, pool);
    if (draft.vsphere !== undefined && context.given(["nodePools", name, "keepDataDisk"])) {
      yield* checkDataDisk(name, pool);
    }
  }
  yield* checkAvailability(pools);
}

function* checkNameLength(draft: ClusterDraft, name: string, pool: PoolDraft): Iterable<Finding> {
  if (draft.name === undefined || draft.vsphere === undefined) return;
  const ordinal = Math.max((machineCount(draft, name, pool) ?? 1) - 1, 0);
  const place = ["nodePools", name];
  const first = `${draft.name}-${name}-${ordinal}-g1`;
  const later = `${draft.name}-${name}-${ordinal}-g99`;
  if (first.length > longestHostName) {
    yield errorAtKey(
      place,
      `makes the host name ${quote(first)}, ${first.length} characters where ${longestHostName} are allowed; shorten the pool's name`,
    );
  } else if (later.length > longestHostName) {
    yield {
      ...warning(
        place,
        `will make the host name ${quote(later)} after 98 replacements, ${later.length} characters where ${longestHostName} are allowed; shorten the pool's name while it is new`,
      ),
      atKey: true,
    };
  }
}

function* checkLabels(name: string, pool: PoolDraft): Iterable<Finding> {
  for (const key of Object.keys(pool.labels ?? {})) {
    const namespace = reservedNamespaces.find((prefix) => key.startsWith(prefix));
    if (namespace !== undefined) {
      yield errorAtKey(
        ["nodePools", name, "labels", key],
        `lies in ${namespace}*, which Docker keeps for itself; use a domain of your own or a plain word`,
      );
    }
  }
}

function* checkDataDisk(name: string, pool: SwarmPoolDraft): Iterable<Finding> {
  if (pool.dataDiskGiB !== undefined) return;
  yield warning(
    ["nodePools", name, "keepDataDisk"],
    "has no effect without dataDiskGiB; add dataDiskGiB or remove it",
  );
}

function* checkWithoutVsphere(
  name: string,
  settings: readonly string[],
  context: CheckContext,
): Iterable<Finding> {
  for (const key of settings) {
    const place = ["nodePools", name, key];
    if (!context.given(place)) continue;
    yield errorAtKey(
      place,
      key === "count"
        ? "is not written for existing hosts: it is the number of hosts that name the pool; remove it"
        : "works only with vsphere, where Slipway makes the VMs; remove it",
    );
  }
}

function* checkAvailability(pools: readonly [string, SwarmPoolDraft][]): Iterable<Finding> {
  const [first] = pools;
  if (first === undefined) return;
  if (pools.some(([, pool]) => pool.availability === undefined || pool.availability === "active")) {
    return;
  }
  yield warning(
    ["nodePools", first[0], "availability"],
    "is active in no pool, so that no node takes new tasks; leave at least one pool active",
  );
}
