import type * as pulumi from "@pulumi/pulumi";
import { KubernetesObject, type Manifest } from "./object";

/** Objects that belong together, by a name for each that stays whatever becomes of its content. */
export type Objects = Readonly<Record<string, Manifest>>;

/** Kinds that others stand on, and kinds that stand on others; all the rest is in between. */
const stages: Readonly<Record<string, number>> = {
  Namespace: 0,
  DaemonSet: 2,
  Deployment: 2,
  StatefulSet: 2,
  // Its answers are asked for by all clients, which an API that does not answer yet holds up.
  APIService: 3,
};
const stageBetween = 1;

/** Objects in the order in which they can be made: groups, of which each needs those before it. */
export function inStages(objects: Objects): readonly (readonly (readonly [string, Manifest])[])[] {
  const groups = new Map<number, [string, Manifest][]>();
  for (const [key, manifest] of Object.entries(objects)) {
    const stage = stages[manifest.kind] ?? stageBetween;
    groups.set(stage, [...(groups.get(stage) ?? []), [key, manifest]]);
  }
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}

/** Objects of which nobody waits for what has pods. */
export function unawaited(objects: Objects): Objects {
  return Object.fromEntries(
    Object.entries(objects).map(([key, manifest]) => [
      key,
      stages[manifest.kind] === stages.Deployment ? withoutAwait(manifest) : manifest,
    ]),
  );
}

function withoutAwait(manifest: Manifest): Manifest {
  const { metadata } = manifest;
  return {
    ...manifest,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, "pulumi.com/skipAwait": "true" },
    },
  };
}

export interface Order {
  /** Resources that stand before the first of the objects. */
  readonly after?: readonly pulumi.Resource[];
  /** The first of them is made when this is kept: no dependency, which would tie them to what it waits for. */
  readonly when?: Promise<void>;
  /** More options, by the names of objects. */
  readonly own?: Readonly<Record<string, pulumi.CustomResourceOptions>>;
}

/** Makes objects in their order. @returns those that stand last. */
export function makeObjects(
  prefix: string,
  objects: Objects,
  options: pulumi.CustomResourceOptions,
  { after = [], when, own = {} }: Order = {},
): readonly KubernetesObject[] {
  const before: pulumi.Resource[] = [...after];
  let last: readonly KubernetesObject[] = [];
  for (const group of inStages(objects)) {
    const opts = { ...options, dependsOn: [...before] };
    last = group.map(([key, manifest]) => {
      const { metadata } = manifest;
      const inputs = when ? { ...manifest, metadata: when.then(() => metadata) } : manifest;
      return new KubernetesObject(`${prefix}-${key}`, inputs, { ...opts, ...own[key] });
    });
    before.push(...last);
  }
  return last;
}
