import { machineNames, resourceName } from "../../../components/machines/machine";
import type { KubernetesClusterSpec } from "../../../components/spec";
import { poolOf } from "../../machines";
import type { StackState } from "../../pulumi/state";
import { typeTokens } from "../../pulumi/types";

/** Names of the control planes that `cluster.yml` asks for. */
export function controlPlaneNames({ hosts = [], nodePools }: KubernetesClusterSpec): string[] {
  const isTheirs = (pool: string) => nodePools[pool]?.role === "controlPlane";
  const existing = hosts.filter(({ pool }) => isTheirs(pool)).map(({ name }) => name);
  if (existing.length > 0) return existing;
  return Object.entries(nodePools).flatMap(([pool, { count }]) =>
    isTheirs(pool) ? machineNames(pool, count) : [],
  );
}

/** What a machine is made of besides its pool's record, up to the point where it can become a node. */
const machineTypes = [
  typeTokens.virtualMachine,
  typeTokens.host,
  typeTokens.kubernetesHost,
] as const;

/**
 * Patterns of URNs, as Pulumi's `--target` reads them: what has gone from the state has no URN there any more.
 * @param withNodes the machines' memberships, too
 */
export function machineTargets(
  state: StackState,
  cluster: string,
  machines: readonly string[],
  { withNodes }: { readonly withNodes: boolean },
): readonly string[] {
  const prefix = prefixOf(state);
  const types = [...machineTypes, ...(withNodes ? [typeTokens.kubernetesNode] : [])];
  // The type of a parent stands before a resource's own, with a dollar sign between them.
  const target = (type: string, name: string) =>
    `${prefix}::**$${type}::${resourceName(cluster, name)}`;
  return [
    ...[...new Set(machines.map(poolOf))].map((pool) =>
      target(typeTokens.nodePoolGenerations, pool),
    ),
    ...machines.flatMap((machine) => types.map((type) => target(type, machine))),
  ];
}

/** `urn:pulumi:<stack>::<project>` */
function prefixOf({ resources }: StackState): string {
  const [urn = ""] = resources.map((resource) => resource.urn);
  return urn.split("::").slice(0, 2).join("::");
}

/** What knows the cluster's address and its credentials: both are made anew when it has moved. */
export function credentialTargets({ resources }: StackState): {
  readonly target: readonly string[];
  readonly targetReplace: readonly string[];
} {
  const of = (wanted: string) =>
    resources.filter(({ type, deletePending }) => type === wanted && !deletePending);
  const credentials = of(typeTokens.kubernetesCredential).map(({ urn }) => urn);
  return {
    target: [...credentials, ...of(typeTokens.kubernetesProvider).map(({ urn }) => urn)],
    targetReplace: credentials,
  };
}
