import type { Subject } from "../core/subjects";

/** It is a part of the cluster's ingress, whose business it is to be reached. */
export function isIngress({ resource }: Subject): boolean {
  return resource.within.some((type) => type.startsWith("slipway:ingress:"));
}
