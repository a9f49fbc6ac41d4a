import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { loadCluster, type ClusterSpec } from "../components/spec";
import type { VsphereConnection } from "../provider/sdk/shapes";
import { badUsage } from "./exit";
import type { PulumiStack } from "./pulumi/stack";

/** How a command reaches a cluster itself: the same settings as the program reads, from the same places. */
export interface ClusterAccess {
  readonly spec: ClusterSpec;
  /** `<project>/<stack>`: the identity that the cluster's VMs carry. */
  readonly identity: string;
  /** OpenSSH private key. */
  readonly privateKey: string;
  /** Absent for a cluster of existing hosts. */
  readonly vsphere?: VsphereConnection;
}

/** @throws CliError with every setting that is missing, or SpecError with every problem of `cluster.yml`. */
export async function clusterAccess(stack: PulumiStack): Promise<ClusterAccess> {
  const config = await stack.config();
  const file = config.get("slipway:spec");
  if (file === undefined) {
    throw badUsage(
      `${stack.name} is no cluster: its configuration has no slipway:spec; for a cluster run \`pulumi config set slipway:spec stacks/dev/cluster.yml\``,
    );
  }
  const { spec } = loadCluster(relative(path.resolve(stack.folder, file)));
  const problems: string[] = [];
  const vsphere = spec.vsphere && vsphereConnection(config, problems);
  const privateKey = sshKey(config, problems);
  if (problems.length > 0 || privateKey === undefined) throw badUsage(problems.join("\n"));
  return { spec, identity: `${projectName(stack.folder)}/${stack.shortName}`, privateKey, vsphere };
}

type Config = ReadonlyMap<string, string>;

/** Configuration first, the environment second, as in `stacks/settings.ts`. */
function vsphereConnection(config: Config, problems: string[]): VsphereConnection | undefined {
  const setting = (key: string, variable: string) => {
    const value = config.get(`vsphere:${key}`) ?? process.env[variable];
    if (value !== undefined && value !== "") return value;
    problems.push(`vsphere:${key} (or ${variable}) is not set: Slipway needs it to reach vCenter`);
    return undefined;
  };
  const server = setting("vsphereServer", "VSPHERE_SERVER");
  const user = setting("user", "VSPHERE_USER");
  const password = setting("password", "VSPHERE_PASSWORD");
  if (server === undefined || user === undefined || password === undefined) return undefined;
  const unverified =
    config.get("vsphere:allowUnverifiedSsl") ?? process.env.VSPHERE_ALLOW_UNVERIFIED_SSL;
  return { server, user, password, allowUnverifiedSsl: unverified === "true" };
}

function sshKey(config: Config, problems: string[]): string | undefined {
  const key = config.get("slipway:sshPrivateKey");
  if (key !== undefined) return key;
  const file = process.env.SLIPWAY_SSH_PRIVATE_KEY_FILE;
  if (file === undefined || file === "") {
    problems.push(
      "no SSH key: set the Pulumi secret slipway:sshPrivateKey, or name a file in SLIPWAY_SSH_PRIVATE_KEY_FILE",
    );
    return undefined;
  }
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    problems.push(`SLIPWAY_SSH_PRIVATE_KEY_FILE: ${file} cannot be read (${code ?? "?"})`);
    return undefined;
  }
}

function projectName(folder: string): string {
  const text = readFileSync(path.join(folder, "Pulumi.yaml"), "utf8");
  const { name } = (parse(text) ?? {}) as { name?: unknown };
  if (typeof name === "string") return name;
  throw badUsage(`${path.join(folder, "Pulumi.yaml")} has no name`);
}

function relative(file: string): string {
  const shown = path.relative(process.cwd(), file);
  return shown === "" || shown.startsWith("..") ? file : shown;
}
