import type { ResourceData } from "../../policies/core/resource";
import type { Stack } from "../../policies/core/subjects";
import type { Change, Standing } from "../pulumi/events";
import type { PulumiStack } from "../pulumi/stack";
import { nameOf } from "../pulumi/state";
import type { Collected } from "./judge";
import { planOf, type Plan } from "./plan";

export interface Gathered extends Collected {
  /** Of a preview: what it would do. */
  readonly plan?: (view: Stack) => Plan;
}

/** What an update would make of a Pulumi stack. */
export async function fromPreview(stack: PulumiStack): Promise<Gathered> {
  const standing = new Map<string, Standing>();
  let outputs: unknown = {};
  const changes: readonly Change[] = await stack.preview({
    onStanding: (resource) => standing.set(resource.urn, resource),
    onOutputs: ({ now }) => (outputs = now),
  });
  return {
    stack: stack.shortName,
    resources: [...standing.values()].map(dataOf).sort(byUrn),
    outputs,
    plan: (view) => planOf(changes, view),
  };
}

/** What the state says is there. */
export async function fromState(stack: PulumiStack): Promise<Gathered> {
  const { resources } = await stack.state();
  const root = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return {
    stack: stack.shortName,
    resources: resources
      .filter(({ deletePending }) => !deletePending)
      .map(dataOf)
      .sort(byUrn),
    outputs: root?.outputs ?? {},
  };
}

function dataOf({ urn, type, inputs, isProtected }: Standing): ResourceData {
  return { urn, type, name: nameOf(urn), inputs, isProtected };
}

function byUrn(a: ResourceData, b: ResourceData): number {
  return a.urn < b.urn ? -1 : 1;
}
