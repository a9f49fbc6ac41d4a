import { error, errorAtKey, type Finding, warning } from "../../../finding";
import { allOf } from "../../../words";
import {
  type CheckContext,
  type KubernetesDraft,
  type KubernetesPoolDraft,
  machineCount,
  poolsOf,
} from "../../file";

type Taints = NonNullable<KubernetesPoolDraft["taints"]>;

/**
 * Names with these domains are Kubernetes' own: its controllers and cloud providers set them, or it refuses them.
 * https://kubernetes.io/docs/reference/labels-annotations-taints/
 */
const reserved = /(^|\.)(kubernetes|k8s)\.io\//;

/** Those that administrators set: where a machine stands, what it is, and what no kubelet may say of itself. */
const allowedLabels = [
  "topology.kubernetes.io/zone",
  "topology.kubernetes.io/region",
  "node.kubernetes.io/*",
  "node-restriction.kubernetes.io/*",
] as const;
const allowedTaints = ["node-restriction.kubernetes.io/*"] as const;

/** kubeadm's own taint of control planes. */
const controlPlaneTaint = "node-role.kubernetes.io/control-plane";

/** Labels and taints that Kubernetes leaves to administrators, and that leave pods a place. */
export function* checkLabelsAndTaints(
  draft: KubernetesDraft,
  context: CheckContext,
): Iterable<Finding> {
  const pools = poolsOf(draft);
  for (const [name, pool] of pools) {
    for (const key of Object.keys(pool.labels ?? {})) {
      if (!isRefused(key, allowedLabels)) continue;
      yield errorAtKey(
        ["nodePools", name, "labels", key],
        `lies in a domain that Kubernetes keeps for itself, of which ${allOf(allowedLabels)} are free to use; use one of these, a domain of your own or a plain word`,
      );
    }
    yield* checkTaints(name, pool.taints ?? [], context);
  }
  yield* checkPlaceForAll(draft, pools);
}

function isRefused(key: string, allowed: readonly string[]): boolean {
  const isAllowed = allowed.some((name) =>
    name.endsWith("*") ? key.startsWith(name.slice(0, -1)) : key === name,
  );
  return reserved.test(key) && !isAllowed;
}

function* checkTaints(name: string, taints: Taints, context: CheckContext): Iterable<Finding> {
  const first = new Map<string, number>();
  for (const [index, taint] of taints.entries()) {
    const place = ["nodePools", name, "taints", index];
    if (taint?.key === undefined) continue;
    if (taint.key === controlPlaneTaint) {
      yield error(
        [...place, "key"],
        "is kubeadm's own, which every control plane has already; remove it",
      );
    } else if (isRefused(taint.key, allowedTaints)) {
      yield error(
        [...place, "key"],
        `lies in a domain that Kubernetes keeps for itself, of which ${allOf(allowedTaints)} is free to use; use a domain of your own or a plain word`,
      );
    }
    if (taint.effect === undefined) continue;
    const same = `${taint.key} ${taint.effect}`;
    const before = first.get(same);
    if (before === undefined) first.set(same, index);
    else if (context.given(place)) {
      yield error(
        place,
        `has the key and effect of taints[${before}], and a node has each pair once; remove one of the two`,
      );
    }
  }
}

/** Pods of applications tolerate no taint of their own accord. */
function* checkPlaceForAll(
  draft: KubernetesDraft,
  pools: readonly [string, KubernetesPoolDraft][],
): Iterable<Finding> {
  const workers = pools.filter(
    ([name, pool]) => pool.role === "worker" && machineCount(draft, name, pool) !== 0,
  );
  const [first] = workers;
  if (first === undefined || !workers.every(([, { taints = [] }]) => taints.some(keepsAway))) {
    return;
  }
  yield warning(
    ["nodePools", first[0], "taints"],
    "leave no pool of workers without a taint, so that pods without a toleration run nowhere, Slipway's add-ons among them; leave one pool without",
  );
}

function keepsAway(taint: Taints[number]): boolean {
  return taint?.effect === "NoSchedule" || taint?.effect === "NoExecute";
}
