import * as pulumi from "@pulumi/pulumi";
import { renderProblem, type ClusterSpec, type Loaded } from "../components/spec";
import type { VsphereConnection } from "../provider/sdk";
import type { LoggingSecrets } from "../components/logging/files";
import { readCsiPassword } from "./csiPassword";
import { loggingKeys, readLoggingSecrets } from "./loggingSettings";
import {
  monitoringKeys,
  readMonitoringPasswords,
  type MonitoringPasswords,
} from "./monitoringPasswords";
import {
  configuredPasswords,
  readRegistrySettings,
  registryKeys,
  type RegistrySettings,
} from "./registrySettings";
import { readSshKey, type SshKey } from "./sshKey";
import { unknownKeys } from "./unknownKeys";
import { readVsphereConnection, vsphereKeys } from "./vsphereConnection";

/** What the configuration of a cluster's Pulumi stack may have, by namespace. */
const knownKeys: Readonly<Partial<Record<string, readonly string[]>>> = {
  slipway: [
    "spec",
    "sshPrivateKey",
    "ingressTlsKey",
    "csiPassword",
    "protect",
    ...loggingKeys,
    ...monitoringKeys,
    ...registryKeys,
  ],
  vsphere: vsphereKeys,
};

/** What a cluster needs beside its spec: who it is, and how its machines and its vCenter are reached. */
export interface ClusterSettings extends SshKey {
  /** `<project>/<stack>`: the identity that the cluster's VMs carry. */
  readonly identity: string;
  /** Present exactly where the spec has `vsphere`. */
  readonly vsphere?: VsphereConnection;
  /** Private key of the ingress' certificate, PEM. */
  readonly ingressTlsKey?: string;
  /** Pulumi refuses to delete the cluster, its registry's and its log store's identity. */
  readonly protect: boolean;
  /** Password of the account of vSphere's CSI driver. Present exactly where the spec has that storage. */
  readonly csiPassword?: string;
  readonly logging: LoggingSecrets;
  readonly monitoring: MonitoringPasswords;
  /** Present exactly where the spec has a registry. */
  readonly registry?: RegistrySettings;
}

/**
 * Reads the settings of a cluster: configuration first, the environment second, as the lab and CI set that.
 *
 * @throws RunError with everything that is missing or broken, at once.
 */
export function clusterSettings(
  config: pulumi.Config,
  { spec, problemAt }: Loaded<ClusterSpec>,
): ClusterSettings {
  const problems = unknownKeys("a cluster", knownKeys);
  const key = readSshKey(
    config.get("sshPrivateKey"),
    process.env.SLIPWAY_SSH_PRIVATE_KEY_FILE,
    pulumi.getRootDirectory(),
    (problem) => problems.push(problem),
  );
  const vsphere =
    spec.vsphere &&
    readVsphereConnection(
      (key) => new pulumi.Config("vsphere").get(key),
      process.env,
      (problem) => problems.push(problem),
    );
  const csiPassword = readCsiPassword(config.get("csiPassword"), spec, (problem) =>
    problems.push(problem),
  );
  const protect = config.get("protect") ?? "false";
  if (protect !== "true" && protect !== "false")
    problems.push(`slipway:protect must be true or false; got ${JSON.stringify(protect)}`);
  const registry = readRegistrySettings(
    spec,
    (key) => config.get(key),
    configuredPasswords(config),
    (path, problem) => problems.push(renderProblem(problemAt(path, problem))),
  );
  const logging = readLoggingSecrets(spec, config.get("loggingPassword"), (path, problem) =>
    problems.push(renderProblem(problemAt(path, problem))),
  );
  if (key === undefined || problems.length > 0) throw new pulumi.RunError(problems.join("\n"));
  return {
    ...key,
    vsphere,
    ingressTlsKey: config.get("ingressTlsKey"),
    protect: protect === "true",
    csiPassword,
    logging,
    monitoring: readMonitoringPasswords(config),
    registry,
    identity: `${pulumi.getProject()}/${pulumi.getStack()}`,
  };
}
