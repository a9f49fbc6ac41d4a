import { engineLogOptions } from "../logging/collectorConfig";
import { enginePort } from "../monitoring/names";
import type { EngineSpec } from "../spec";

/**
 * Content of `/etc/docker/daemon.json`.
 *
 * `live-restore` is off: a node of a Swarm can't have it
 * (https://docs.docker.com/engine/daemon/live-restore/: "cannot be used with Swarm services").
 */
export function daemonConfig(
  spec: EngineSpec,
  /** URL of the cluster's own cache, which is asked before the mirrors that the file names. */
  cache?: string,
  {
    monitored = false,
    logged = false,
  }: {
    /** The engine tells its metrics, to whoever reaches the port. */
    readonly monitored?: boolean;
    /** Lines of containers are collected: beside each stands whose it is. */
    readonly logged?: boolean;
  } = {},
): Readonly<Record<string, unknown>> {
  const mirrors = [...(cache === undefined ? [] : [cache]), ...spec.registryMirrors];
  return {
    "live-restore": false,
    "log-driver": "json-file",
    "log-opts": {
      "max-size": spec.log.maxSize,
      "max-file": String(spec.log.maxFiles),
      ...(logged && engineLogOptions),
    },
    ...(monitored && { "metrics-addr": `0.0.0.0:${enginePort}` }),
    ...(mirrors.length > 0 && { "registry-mirrors": mirrors }),
    ...(spec.insecureRegistries.length > 0 && { "insecure-registries": spec.insecureRegistries }),
    ...(spec.addressPools.length > 0 && {
      "default-address-pools": spec.addressPools.map(({ base, size }) => ({ base, size })),
    }),
  };
}
