import type { OwnRegistrySpec } from "./own";
import { registryHosts } from "./own";

/** What every machine is told of the registry before it is a node. */
export interface RegistryTrust<Pem> {
  /** PEM of the registry's authority, by the registry's hosts. */
  readonly authorities: Readonly<Record<string, Pem>>;
  /** URL of the cache, which nodes ask for Docker Hub's images first; absent where there is none. */
  readonly cache?: string;
}

/** @param caCertificate PEM, or an output that is it */
export function registryTrust<Pem>(spec: OwnRegistrySpec, caCertificate: Pem): RegistryTrust<Pem> {
  const { pull, push, cache } = registryHosts(spec);
  const hosts = [pull, push, ...(cache === undefined ? [] : [cache])];
  return {
    authorities: Object.fromEntries(hosts.map((host) => [host, caCertificate])),
    ...(cache !== undefined && { cache: `https://${cache}` }),
  };
}
