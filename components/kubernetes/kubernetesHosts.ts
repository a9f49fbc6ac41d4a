import * as pulumi from "@pulumi/pulumi";
import { KubernetesHost, type Host } from "../../provider/sdk";
import { checkedHosts } from "../machines/checkedHosts";
import { resourceName, type Machine } from "../machines/machine";
import type { RegistryTrust } from "../registry/trust";
import type { KubernetesClusterSpec } from "../spec";
import { containerdSettings } from "./containerd";
import { hostRequirements } from "./requirements";

export interface KubernetesHostsArgs {
  /** Name of the cluster, the prefix of resource names. */
  readonly cluster: string;
  readonly machines: readonly Machine[];
  readonly spec: Pick<KubernetesClusterSpec, "kubernetes" | "os">;
  /** Of the cluster's own registry; absent where there is none. */
  readonly registry?: RegistryTrust<pulumi.Output<string>>;
}

/** A machine that passed preflight and has what a node needs. */
export interface ReadyHost extends Machine {
  readonly host: Host;
  readonly prepared: KubernetesHost;
}

/**
 * Machines made ready to be Kubernetes nodes. Facts and preflight of every machine come first; then, per machine, the
 * container runtime, kernel settings and packages.
 */
export class KubernetesHosts extends pulumi.ComponentResource {
  readonly hosts: readonly ReadyHost[];

  constructor(name: string, args: KubernetesHostsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:kubernetes:KubernetesHosts", name, {}, opts);
    const { cluster, machines, spec, registry } = args;
    const { kubernetes, os } = spec;
    const containerd =
      registry === undefined
        ? containerdSettings(kubernetes)
        : pulumi.output(registry).apply((known) => containerdSettings(kubernetes, known));
    const checked = checkedHosts(this, cluster, machines, (role, size) =>
      hostRequirements(role, size, os, kubernetes),
    );
    this.hosts = checked.map(({ machine, ref, host }) => {
      const prepared = new KubernetesHost(
        resourceName(cluster, machine.name),
        {
          ...ref,
          version: kubernetes.version,
          source: kubernetes.source,
          repository: kubernetes.repository,
          containerd,
        },
        { parent: this, dependsOn: host },
      );
      return { ...machine, host, prepared };
    });
    this.registerOutputs();
  }
}
