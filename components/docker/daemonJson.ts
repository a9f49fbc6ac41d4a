import type { EngineSpec } from "../spec";

/**
 * `/etc/docker/daemon.json` of every machine.
 * `live-restore` stays off: the engine refuses to join a Swarm with it.
 * Source: Docker's reference of the daemon configuration file.
 */
export function daemonJson(engine: EngineSpec): Record<string, unknown> {
  return {
    "log-driver": "json-file",
    "log-opts": { "max-size": engine.log.maxSize, "max-file": String(engine.log.maxFiles) },
    "live-restore": false,
    ...(engine.registryMirrors.length > 0 && { "registry-mirrors": [...engine.registryMirrors] }),
    ...(engine.insecureRegistries.length > 0 && {
      "insecure-registries": [...engine.insecureRegistries],
    }),
    ...(engine.addressPools.length > 0 && {
      "default-address-pools": engine.addressPools.map(({ base, size }) => ({ base, size })),
    }),
  };
}
