import { ofKind, type Stack } from "../../policies/core/subjects";
import type { Change } from "../pulumi/events";

/** What an update would do, as those ask who have to agree to it. */
export interface Plan {
  /** How many resources, by what becomes of them. */
  readonly actions: Readonly<Record<string, number>>;
  /** Machines on which something changes. */
  readonly nodes: readonly string[];
  /** Services whose tasks are made anew, or go. */
  readonly services: readonly string[];
  /** Managers or control planes after the update, and how many of them may be lost; absent without a cluster. */
  readonly quorum?: { readonly deciding: number; readonly mayBeLost: number };
}

/** Types of resources that are about one machine; their name ends with its own. */
const ofMachines =
  /^(vsphere:index\/virtualMachine:VirtualMachine|slipway:index:(Host|Engine|SwarmNode|DockerApi|KubernetesHost|KubernetesNode))$/;
const ofServices = /^(slipway:index:SwarmService|kubernetes:apps\/v1:\w+)$/;

/** The plan of a preview. */
export function planOf(changes: readonly Change[], view: Stack): Plan {
  const actions: Record<string, number> = {};
  // The Pulumi stack itself is told of twice, and is nothing that changes.
  for (const { op, type } of changes)
    if (type !== "pulumi:pulumi:Stack") actions[op] = (actions[op] ?? 0) + 1;
  const named = (types: RegExp, ops?: RegExp) => [
    ...new Set(
      changes
        .filter(({ type, op }) => types.test(type) && (ops?.test(op) ?? true))
        .map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2)),
    ),
  ];
  return {
    actions: Object.fromEntries(Object.entries(actions).sort(([a], [b]) => (a < b ? -1 : 1))),
    nodes: named(ofMachines).sort(),
    services: named(
      ofServices,
      /^(update|delete|replace|create-replacement|delete-replaced)$/,
    ).sort(),
    ...quorum(view),
  };
}

function quorum(view: Stack): Pick<Plan, "quorum"> {
  const deciding = ofKind(view, "node").filter((node) => {
    const role = node.resource.inputs.at("role");
    return role.isKnown && node.decides();
  }).length;
  return deciding === 0 ? {} : { quorum: { deciding, mayBeLost: Math.floor((deciding - 1) / 2) } };
}
