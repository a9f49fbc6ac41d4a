import * as pulumi from "@pulumi/pulumi";
import type { ClusterSpec } from "../components/spec";
import type { VsphereConnection } from "../provider/sdk";
import { readSshKey, type SshKey } from "./sshKey";

/** What a cluster needs beside its spec: who it is, and how its machines and its vCenter are reached. */
export interface ClusterSettings extends SshKey {
  /** `<project>/<stack>`: the identity that the cluster's VMs carry. */
  readonly identity: string;
  /** Present exactly where the spec has `vsphere`. */
  readonly vsphere?: VsphereConnection;
}

/**
 * Reads the settings of a cluster: configuration first, the environment second, as the lab and CI set that.
 *
 * @throws RunError with everything that is missing or broken, at once.
 */
export function clusterSettings(config: pulumi.Config, spec: ClusterSpec): ClusterSettings {
  const problems: string[] = [];
  const key = readSshKey(
    config.get("sshPrivateKey"),
    process.env.SLIPWAY_SSH_PRIVATE_KEY_FILE,
    (problem) => problems.push(problem),
  );
  const vsphere =
    spec.vsphere && vsphereConnection(new pulumi.Config("vsphere"), (one) => problems.push(one));
  if (key === undefined || problems.length > 0) throw new pulumi.RunError(problems.join("\n"));
  return { ...key, vsphere, identity: `${pulumi.getProject()}/${pulumi.getStack()}` };
}

/** The official provider's own configuration keys and environment variables. */
function vsphereConnection(
  config: pulumi.Config,
  report: (problem: string) => void,
): VsphereConnection | undefined {
  const setting = (key: string, variable: string, hint = "") => {
    const value = config.get(key) ?? process.env[variable];
    if (value !== undefined && value !== "") return value;
    report(
      `vSphere: ${variable} is not set; set it, or run \`pulumi config set${hint} vsphere:${key}\``,
    );
    return undefined;
  };
  const server = setting("vsphereServer", "VSPHERE_SERVER");
  const user = setting("user", "VSPHERE_USER");
  const password = setting("password", "VSPHERE_PASSWORD", " --secret");
  if (server === undefined || user === undefined || password === undefined) return undefined;
  const unverified =
    config.get("allowUnverifiedSsl") ?? process.env.VSPHERE_ALLOW_UNVERIFIED_SSL ?? "";
  return { server, user, password, allowUnverifiedSsl: ["true", "1"].includes(unverified) };
}
