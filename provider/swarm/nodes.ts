import type Docker from "dockerode";
import { isOutOfSequence, statusOf } from "./errors";
import { machineLabel } from "../sdk/ownership";
import { callEngine } from "./engineApi";
import type { Managers } from "./managers";
import type { Member } from "./quorum";

/** Node labels by which the provider knows its machines again. */
export { machineLabel };
export const vmLabel = "slipway.vm";
/** On a node that the provider has drained for a while: the availability that it had before. */
export const drainedLabel = "slipway.drained-from";
const ownLabels: ReadonlySet<string> = new Set([machineLabel, vmLabel, drainedLabel]);

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

export function listNodes(managers: Managers): Promise<Node[]> {
  return managers.call(async (docker) => ((await docker.listNodes()) as Node[]).map(complete));
}

/** The node, or `undefined` when a manager says that there is none. */
export function findNode(managers: Managers, id: string): Promise<Node | undefined> {
  return managers.call((docker) => inspect(docker, id));
}

async function inspect(docker: Docker, id: string): Promise<Node | undefined> {
  try {
    return complete((await docker.getNode(id).inspect()) as Node);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** The API leaves out what a node has not told yet, and an empty set of labels. */
function complete(node: Node): Node {
  const { Labels } = node.Spec as { Labels?: Record<string, string> | null };
  const { Hostname } = node.Description as { Hostname?: string };
  return {
    ...node,
    Spec: { ...node.Spec, Labels: Labels ?? {} },
    Description: { ...node.Description, Hostname: Hostname ?? "" },
  };
}

const attempts = 10;

/** Changes a node, again from what it is then when somebody else was quicker. Answers whether anything changed. */
export async function updateNode(
  managers: Managers,
  id: string,
  change: (spec: NodeSpec) => NodeSpec,
): Promise<boolean> {
  return managers.call(async (docker) => {
    for (let attempt = 1; ; attempt++) {
      const node = await inspect(docker, id);
      if (node === undefined) throw new Error(`the Swarm knows no node ${id}`);
      const wanted = change(node.Spec);
      if (sameSpec(node.Spec, wanted)) return false;
      try {
        await callEngine(docker, {
          method: "POST",
          path: `/nodes/${id}/update`,
          query: { version: node.Version.Index },
          body: wanted,
        });
        return true;
      } catch (error) {
        if (!isOutOfSequence(error) || attempt === attempts) throw error;
      }
    }
  });
}

/** Deletes a node of which is known that it has left or will never come back. One that is gone already is well. */
export async function deleteNode(managers: Managers, id: string): Promise<void> {
  await managers.call(async (docker) => {
    try {
      // Without force a manager deletes only nodes that it has missed for a while.
      await docker.getNode(id).remove({ force: true });
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  });
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

/** Labels that are the user's: without those that the provider keeps for itself. */
export function userLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !ownLabels.has(key)));
}

/** Drained by the provider, which notes on the node itself what to give back. */
export function drainedSpec(spec: NodeSpec): NodeSpec {
  if (spec.Labels[drainedLabel] !== undefined) return { ...spec, Availability: "drain" };
  return {
    ...spec,
    Availability: "drain",
    Labels: { ...spec.Labels, [drainedLabel]: spec.Availability },
  };
}

/** As before the provider drained it, in this run or in one that was cut off; unchanged where it did not. */
export function restoredSpec(spec: NodeSpec): NodeSpec {
  const { [drainedLabel]: before, ...Labels } = spec.Labels;
  if (before !== "active" && before !== "pause" && before !== "drain") return spec;
  return { ...spec, Availability: before, Labels };
}

export function membersOf(nodes: readonly Node[]): Member[] {
  return nodes.map(({ ID, Description, Spec, Status, ManagerStatus }) => ({
    id: ID,
    hostname: Description.Hostname,
    isManager: Spec.Role === "manager",
    isReachable:
      Status.State === "ready" &&
      (Spec.Role === "worker" || ManagerStatus?.Reachability === "reachable"),
  }));
}
