import type { RegistrySpec } from "../spec";

/** A registry that Slipway runs. */
export type OwnRegistrySpec = Omit<RegistrySpec, "external"> &
  Required<Pick<RegistrySpec, "address" | "storage">>;

/** The registry that is to be run; undefined where there is none, or the site has its own. */
export function ownRegistry(spec: RegistrySpec | undefined): OwnRegistrySpec | undefined {
  if (spec === undefined || spec.external !== undefined) return undefined;
  const { address, storage } = spec;
  if (address === undefined || storage === undefined)
    throw new Error("a registry without address or storage has passed the checks");
  return { ...spec, address, storage };
}

/** Where the registry is asked. */
export interface RegistryHosts {
  /** Stands in the names of images that are deployed. */
  readonly pull: string;
  readonly push: string;
  /** Absent where there is no cache. */
  readonly cache?: string;
}

export function registryHosts({
  address,
  pullPort,
  pushPort,
  cache,
}: Pick<OwnRegistrySpec, "address" | "pullPort" | "pushPort" | "cache">): RegistryHosts {
  return {
    pull: `${address}:${pullPort}`,
    push: `${address}:${pushPort}`,
    ...(cache !== undefined && { cache: `${address}:${cache.port}` }),
  };
}
