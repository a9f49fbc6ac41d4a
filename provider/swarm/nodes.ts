import type Docker from "dockerode";
import { isOutOfSequence, statusOf } from "./errors";
import type { Member } from "./quorum";

/** Node labels by which the provider knows its machines again. */
export const machineLabel = "slipway.machine";
export const vmLabel = "slipway.vm";

export interface NodeSpec {
  readonly Role: "manager" | "worker";
  readonly Availability: "active" | "pause" | "drain";
  readonly Labels: Readonly<Record<string, string>>;
}

/** A Swarm node, with the fields of the Engine API that the provider reads. */
export interface Node {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: NodeSpec;
  readonly Description: { readonly Hostname: string };
  readonly Status: { readonly State: string; readonly Addr?: string };
  readonly ManagerStatus?: { readonly Reachability: string; readonly Addr: string };
}

export async function listNodes(docker: Docker): Promise<Node[]> {
  const nodes = (await docker.listNodes()) as Node[];
  // The API leaves out an empty set.
  return nodes.map((node) => withLabels(node));
}

/** The node, or `undefined` when the manager says that there is none. */
export async function findNode(docker: Docker, id: string): Promise<Node | undefined> {
  try {
    return withLabels((await docker.getNode(id).inspect()) as Node);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function withLabels(node: Node): Node {
  const labels = (node.Spec as { Labels?: Record<string, string> | null }).Labels;
  return { ...node, Spec: { ...node.Spec, Labels: labels ?? {} } };
}

const attempts = 10;

/** Changes a node, again from what it is then when somebody else was quicker. Answers whether anything changed. */
export async function updateNode(
  docker: Docker,
  id: string,
  change: (spec: NodeSpec) => NodeSpec,
): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    const node = await findNode(docker, id);
    if (node === undefined) throw new Error(`the Swarm knows no node ${id}`);
    const wanted = change(node.Spec);
    if (sameSpec(node.Spec, wanted)) return false;
    try {
      await docker.getNode(id).update({ version: node.Version.Index, ...wanted });
      return true;
    } catch (error) {
      if (!isOutOfSequence(error) || attempt === attempts) throw error;
    }
  }
}

export function sameSpec(a: NodeSpec, b: NodeSpec): boolean {
  return a.Role === b.Role && a.Availability === b.Availability && sameLabels(a.Labels, b.Labels);
}

export function sameLabels(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** Labels that are the user's: without those by which the provider knows its machines. */
export function userLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).filter(([key]) => key !== machineLabel && key !== vmLabel),
  );
}

export function membersOf(nodes: readonly Node[]): Member[] {
  return nodes.map((node) => ({
    id: node.ID,
    hostname: node.Description.Hostname,
    isManager: node.Spec.Role === "manager",
    isReachable:
      node.Spec.Role === "manager"
        ? node.ManagerStatus?.Reachability === "reachable" && node.Status.State === "ready"
        : node.Status.State === "ready",
  }));
}
