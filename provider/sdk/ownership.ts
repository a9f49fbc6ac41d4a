/** Label by which an object of the Swarm names the Pulumi stack that made it. */
export const ownerLabel = "slipway.stack";

/** Label of everything that belongs to an application, as `docker stack` sets it. */
export const namespaceLabel = "com.docker.stack.namespace";

/** Label of a node with the name of its machine (`workers-0`), whatever VM it is just now. */
export const machineLabel = "slipway.machine";

/** Label by which a part of the cluster's platform names itself (`scheduler`, `ingress`). */
export const platformLabel = "slipway.platform";

/** Label by which swarm-cronjob knows the services that it starts at their times. */
export const scheduledLabel = "swarm.cronjob.enable";

type Labels = Readonly<Record<string, string>>;

/**
 * Why an object that exists under a wanted name can't be taken over; `undefined` when it can: an earlier run of this
 * Pulumi stack made it and was killed, or `docker stack deploy` made it for the application of the same name.
 */
export function objectionToAdopting(
  found: Labels,
  wanted: Labels,
  owner: string,
): string | undefined {
  const holder = found[ownerLabel];
  if (holder === owner) return undefined;
  if (holder !== undefined)
    return `belongs to the Pulumi stack ${holder}; give this application another name (slipway:application), or remove it there`;
  const namespace = found[namespaceLabel];
  if (namespace !== undefined && namespace === wanted[namespaceLabel]) return undefined;
  return namespace === undefined
    ? "exists, and was not made by this application; remove it, or give this application another name (slipway:application)"
    : `belongs to the application ${namespace}; give this one another name (slipway:application), or remove it there`;
}
