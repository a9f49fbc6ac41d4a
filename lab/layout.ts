import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The network that lab machines are on. */
export const labNetwork = {
  /** Bridge on the host, and name of the engine's network. */
  bridge: "slipway0",
  name: "slipway",
  subnet: "10.89.0.0/24",
  gateway: "10.89.0.1",
  /** Addresses that machines get by default; the rest of the subnet is free for static ones. */
  leases: "10.89.0.128/25",
} as const;

/** Ports of the loopback interface that the lab prefers; it takes others where these are in use. */
export const preferredPorts = { vcenter: 18443, control: 18480 } as const;

/** Where a lab keeps its things: under `dir`, and what is gone with a reboot under `run`. `down` removes both. */
export interface Layout {
  /** `LAB_DIR`. */
  readonly dir: string;
  /** Short name of this lab among others on the host, made from its folder. */
  readonly id: string;
  /** Sh-sourceable file with the lab's environment. */
  readonly envFile: string;
  /** Pid files, sockets and what the lab has changed on the host. */
  readonly run: string;
  readonly logs: string;
  /** The engine's data root. */
  readonly engineData: string;
  readonly engineSocket: string;
  readonly certificates: string;
  readonly registryData: string;
  readonly sshKey: string;
  /** Credential for the managers' Docker API, where a Docker client looks for one. */
  readonly dockerCredential: string;
  readonly pulumiHome: string;
  readonly pulumiState: string;
  /** Sockets between guests and vCenter. */
  readonly doors: string;
  readonly vcenterPassword: string;
}

/** @param dir Default: `LAB_DIR` of the environment, else `${XDG_STATE_HOME:-~/.local/state}/slipway/lab`. */
export function labLayout(dir?: string, env: NodeJS.ProcessEnv = process.env): Layout {
  const chosen = dir ?? nonEmpty(env.LAB_DIR);
  const state = nonEmpty(env.XDG_STATE_HOME) ?? join(homedir(), ".local", "state");
  const root = resolve(chosen ?? join(state, "slipway", "lab"));
  const id = createHash("sha256").update(root).digest("hex").slice(0, 8);
  // Not under LAB_DIR: a socket's path may have no more than 107 characters.
  const run = `/run/slipway-${id}`;
  return {
    dir: root,
    id,
    envFile: join(root, "env"),
    run,
    logs: join(root, "logs"),
    engineData: join(root, "engine"),
    engineSocket: join(run, "docker.sock"),
    certificates: join(root, "ca"),
    registryData: join(root, "registry"),
    sshKey: join(root, "ssh", "id_ed25519"),
    dockerCredential: join(root, "docker"),
    pulumiHome: join(root, "pulumi"),
    pulumiState: join(root, "state"),
    doors: join(run, "doors"),
    vcenterPassword: join(root, "vcenter", "password"),
  };
}

/** `${XDG_CACHE_HOME:-~/.cache}/slipway/lab`: what the next lab uses again. */
export function labCache(env: NodeJS.ProcessEnv = process.env): string {
  return join(nonEmpty(env.XDG_CACHE_HOME) ?? join(homedir(), ".cache"), "slipway", "lab");
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
