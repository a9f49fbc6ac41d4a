import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { loadCluster, type ClusterSpec } from "../components/spec";
import type { VsphereConnection } from "../provider/sdk/shapes";
import { readSshKey } from "../stacks/sshKey";
import { readVsphereConnection } from "../stacks/vsphereConnection";
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
  const report = (problem: string) => problems.push(problem);
  const vsphere =
    spec.vsphere &&
    readVsphereConnection((key) => config.get(`vsphere:${key}`), process.env, report);
  const key = readSshKey(
    config.get("slipway:sshPrivateKey"),
    process.env.SLIPWAY_SSH_PRIVATE_KEY_FILE,
    stack.folder,
    report,
  );
  if (problems.length > 0 || key === undefined) throw badUsage(problems.join("\n"));
  const identity = `${projectName(stack.folder)}/${stack.shortName}`;
  return { spec, identity, privateKey: key.privateKey, vsphere };
}

/** Name of the Pulumi project in a folder. */
export function projectName(folder: string): string {
  const text = readFileSync(path.join(folder, "Pulumi.yaml"), "utf8");
  const { name } = (parse(text) ?? {}) as { name?: unknown };
  if (typeof name === "string") return name;
  throw badUsage(`${path.join(folder, "Pulumi.yaml")} has no name`);
}

function relative(file: string): string {
  const shown = path.relative(process.cwd(), file);
  return shown === "" || shown.startsWith("..") ? file : shown;
}
