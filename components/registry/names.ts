/** Namespace of everything that the registry has on a Swarm, as `docker stack ls` shows it. */
export const namespace = "slipway_registry";

/** Network on which its metrics are asked for. Nothing of it is published. */
export const network = namespace;

/**
 * Processes of the registry: one that only reads, for nodes; one that writes, and collects garbage while it does not; and
 * one that caches another registry. `port` is theirs in their containers, `metrics` the one of `/metrics` and
 * `/debug/health`.
 */
export const processes = {
  pull: { port: 5000, metrics: 5010 },
  push: { port: 5001, metrics: 5011 },
  cache: { port: 5002, metrics: 5012 },
} as const;

export type Process = keyof typeof processes;

/** Accounts that Slipway makes: nodes pull by the one, `slipway registry prune` works by the other. */
export const robots = { pull: "slipway-pull", maintenance: "slipway-maintenance" } as const;

/** Where all files of a process are. */
export const filesFolder = "/run/secrets";

/** Where images are, on a volume. */
export const dataFolder = "/var/lib/registry";

/** Files of the processes, by what they are. */
export const files = {
  certificate: "certificate.pem",
  key: "tls.key",
  authorities: "authorities.pem",
  collector: "collector.sh",
  config: (process: Process) => `${process}.yml`,
  accounts: (process: Exclude<Process, "cache">) => `${process}.htpasswd`,
} as const;

export function pathOf(file: string): string {
  return `${filesFolder}/${file}`;
}
