import { delimiter, join } from "node:path";
import type { Layout } from "./layout";
import { registryHost } from "./registry/registry";
import type { Orchestrator } from "./templates";

/** Where the lab's services answer. */
export interface Endpoints {
  /** `host:port` of the vSphere API. */
  readonly vcenter: string;
  /** `host:port` of the control API. */
  readonly control: string;
}

/** Folder of the command `slipway`. */
const slipwayCommand = join(__dirname, "..", "cli");

export const vcenterUser = "administrator@vsphere.local";

export interface EnvironmentOf {
  readonly endpoints: Endpoints;
  /** Of vCenter's user. */
  readonly password: string;
  /** Folder with the tool chain's programs, to be first on the PATH. */
  readonly toolsBin: string | undefined;
  /** What the lab was stood up for. */
  readonly orchestrator: Orchestrator;
}

/**
 * URL of a state backend in a folder. Pulumi reads the states alone: without the option, each write also makes a checksum
 * and a second file.
 */
export function folderBackend(folder: string): string {
  return `file://${folder}?metadata=skip`;
}

/** The environment in which Pulumi and Slipway work on the lab. */
export function labEnvironment(
  layout: Layout,
  { endpoints, password, toolsBin, orchestrator }: EnvironmentOf,
): Record<string, string> {
  const path = withFirst(slipwayCommand, process.env.PATH ?? "");
  return {
    PATH: toolsBin === undefined ? path : withFirst(toolsBin, path),
    LAB_DIR: layout.dir,
    SLIPWAY_LAB_ORCHESTRATOR: orchestrator,
    PULUMI_HOME: layout.pulumiHome,
    PULUMI_BACKEND_URL: folderBackend(layout.pulumiState),
    PULUMI_CONFIG_PASSPHRASE: "slipway-lab",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    VSPHERE_SERVER: endpoints.vcenter,
    VSPHERE_USER: vcenterUser,
    VSPHERE_PASSWORD: password,
    VSPHERE_ALLOW_UNVERIFIED_SSL: "true",
    SLIPWAY_SSH_PRIVATE_KEY_FILE: layout.sshKey,
    SLIPWAY_LAB_DOCKER_HOST: `unix://${layout.engineSocket}`,
    SLIPWAY_LAB_REGISTRY: registryHost,
    SLIPWAY_LAB_CA: `${layout.certificates}/ca.pem`,
    SLIPWAY_LAB_CONTROL: `http://${endpoints.control}`,
  };
}

function withFirst(folder: string, path: string): string {
  return [folder, ...path.split(delimiter).filter((each) => each !== folder)].join(delimiter);
}

/** The environment as a file that a shell can source. */
export function renderEnvironment(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join("");
}

/** Reads what renderEnvironment has written. */
export function parseEnvironment(text: string): Record<string, string> {
  const env: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const [, name, value] = /^export (\w+)='(.*)'$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) env[name] = value.replaceAll(`'\\''`, "'");
  }
  return env;
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
