import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "./object";
import { makeObjects, unawaited, type Objects } from "./objects";

/** The cluster that a part of the platform is made on. */
export interface PartPlace {
  /** When every machine has joined: the part has to find its place among all of them. */
  readonly joined: Promise<void>;
  /** The cluster: with it go its objects, and none of them has to be deleted. */
  readonly cluster: pulumi.Resource;
  /** Whether a pod network is there, or comes when the cluster stands and nobody can wait for it here. */
  readonly hasPodNetwork: boolean;
}

/** Makes objects of a part, which nobody waits for where there is no pod network yet. @returns those that stand last */
export function makePart(
  parent: pulumi.ComponentResource,
  name: string,
  objects: Objects,
  { joined, cluster, hasPodNetwork }: PartPlace,
  after: readonly pulumi.Resource[] = [],
): readonly KubernetesObject[] {
  return makeObjects(
    name,
    hasPodNetwork ? objects : unawaited(objects),
    { parent, deletedWith: cluster },
    { after, when: joined },
  );
}
