import { error, type Finding, warning } from "../../../finding";
import type { Path } from "../../../problem";
import {
  type CheckContext,
  type KubernetesDraft,
  type KubernetesPoolDraft,
  machineCount,
  poolsOf,
} from "../../file";
import { smallestControlPlane } from "../../smallestHost";

type Pools = readonly [string, KubernetesPoolDraft][];

const endpoint = ["kubernetes", "apiEndpoint"];

/** A quorum of etcd that holds, on machines that kubeadm takes, at an address that outlives them. */
export function* checkControlPlanes(
  draft: KubernetesDraft,
  context: CheckContext,
): Iterable<Finding> {
  if (draft.nodePools === undefined) return;
  const pools = poolsOf(draft);
  const controlPlanes = pools.filter(([, pool]) => pool.role === "controlPlane");
  for (const [name, pool] of controlPlanes) yield* checkSize(name, pool);
  if (pools.some(([, pool]) => pool.role === undefined)) return;
  yield* checkWorkers(draft, pools);
  if (controlPlanes.length === 0) {
    yield error(
      ["nodePools"],
      "has no pool with `role: controlPlane`; a cluster needs 1, 3 or 5 control planes",
    );
    return;
  }
  const total = totalOf(draft, controlPlanes);
  if (total === undefined) return;
  const wrong = wrongCount(total);
  if (wrong !== undefined) {
    yield error(
      countOf(draft, controlPlanes[0]?.[0] ?? ""),
      `${wrong}${sum(draft, controlPlanes)}`,
    );
  }
  if (draft.kubernetes !== undefined && !context.given(endpoint))
    yield* checkWithoutEndpoint(draft, controlPlanes, total);
}

/** kubeadm's own preflight asks for these. */
function* checkSize(name: string, pool: KubernetesPoolDraft): Iterable<Finding> {
  for (const key of ["numCpus", "memoryMiB"] as const) {
    const value = pool[key];
    const least = smallestControlPlane[key];
    if (value === undefined || value >= least) continue;
    yield error(
      ["nodePools", name, key],
      `is ${value}, too little for a control plane: kubeadm asks for at least ${least}`,
    );
  }
}

/** Kept off the control planes by their taint, applications and add-ons need another place to run. */
function* checkWorkers(draft: KubernetesDraft, pools: Pools): Iterable<Finding> {
  const workers = pools.filter(([, pool]) => pool.role === "worker");
  if (totalOf(draft, workers) !== 0) return;
  const [first] = workers;
  yield error(
    first === undefined ? ["nodePools"] : countOf(draft, first[0]),
    "leaves the cluster without workers, and control planes take no pods of applications; have at least one machine with `role: worker`",
  );
}

function* checkWithoutEndpoint(
  draft: KubernetesDraft,
  controlPlanes: Pools,
  total: number,
): Iterable<Finding> {
  if (total > 1) {
    yield error(
      endpoint,
      `is missing, and ${total} control planes need an address that is none of theirs; name a load balancer (\`kind: external\`), or a free address of their network (\`kind: virtual\`)`,
    );
  } else if (draft.vsphere !== undefined && controlPlanes.some(isRolled)) {
    yield warning(
      endpoint,
      "is missing: the cluster is bound to the address of its only control plane, which then can't be replaced, nor can others be added; give it an endpoint now, or say `replace: never` for its pool",
    );
  }
}

function isRolled([, pool]: Pools[number]): boolean {
  return pool.replace === "rolling" && pool.count !== 0;
}

function wrongCount(total: number): string | undefined {
  if (total === 0) return "must be 1, 3 or 5: a cluster needs a control plane; got 0";
  if (total > 5) {
    return `must be at most 5, as more members of etcd only slow every write; got ${total}, use 3 or 5`;
  }
  if (total % 2 === 0) {
    return `must be odd: etcd decides by majority, and ${total} members survive no more losses than ${total - 1}; got ${total}, use 1, 3 or 5`;
  }
  return undefined;
}

function totalOf(draft: KubernetesDraft, pools: Pools): number | undefined {
  const counts = pools.map(([name, pool]) => machineCount(draft, name, pool));
  return counts.reduce(
    (total, count) => (total === undefined || count === undefined ? undefined : total + count),
    0,
  );
}

/** Which pools a number is the sum of, where there are several. */
function sum(draft: KubernetesDraft, pools: Pools): string {
  if (pools.length === 1) return "";
  const each = pools.map(([name, pool]) => `${name} ${machineCount(draft, name, pool) ?? 0}`);
  return ` (of ${each.join(", ")})`;
}

function countOf(draft: KubernetesDraft, pool: string): Path {
  return draft.vsphere === undefined ? ["nodePools", pool] : ["nodePools", pool, "count"];
}
