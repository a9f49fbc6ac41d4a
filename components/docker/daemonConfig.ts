import { enginePort } from "../monitoring/names";
import type { EngineSpec } from "../spec";

/**
 * Content of `/etc/docker/daemon.json`.
 *
 * `live-restore` is off: a node of a Swarm can't have it
 * (https://docs.docker.com/engine/daemon/live-restore/: "cannot be used with Swarm services").
 *
 * @param monitored the engine tells its metrics, to whoever reaches the port
 */
export function daemonConfig(
  spec: EngineSpec,
  monitored = false,
): Readonly<Record<string, unknown>> {
  return {
    "live-restore": false,
    "log-driver": "json-file",
    "log-opts": { "max-size": spec.log.maxSize, "max-file": String(spec.log.maxFiles) },
    ...(monitored && { "metrics-addr": `0.0.0.0:${enginePort}` }),
    ...(spec.registryMirrors.length > 0 && { "registry-mirrors": spec.registryMirrors }),
    ...(spec.insecureRegistries.length > 0 && { "insecure-registries": spec.insecureRegistries }),
    ...(spec.addressPools.length > 0 && {
      "default-address-pools": spec.addressPools.map(({ base, size }) => ({ base, size })),
    }),
  };
}
