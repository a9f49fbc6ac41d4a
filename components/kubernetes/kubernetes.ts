import * as pulumi from "@pulumi/pulumi";
import { KubernetesCluster, KubernetesCredential, KubernetesNode } from "../../provider/sdk";
import { made } from "../machines/hosts";
import { resourceName } from "../machines/machine";
import type { KubernetesNodePoolSpec, KubernetesSpec } from "../spec";
import { deployers } from "./addons/deployer";
import type { ReadyHost } from "./kubernetesHosts";
import { kubeletReservations } from "./reservations";

export interface KubernetesArgs {
  /** Name of the cluster, the prefix of resource names. */
  readonly cluster: string;
  readonly hosts: readonly ReadyHost[];
  readonly nodePools: Readonly<Record<string, KubernetesNodePoolSpec>>;
  readonly spec: KubernetesSpec;
}

/** Time for a node to go: its pods move first, as their disruption budgets let them. */
const leaveTimeout = "30m";
/** Time for an upgrade: a worker's waits for all control planes and for its turn in the pool. */
const upgradeTimeout = "3h";

/** Who the cluster's own parts are deployed by. kubeadm has bound the group to all rights; a binding can be taken away. */
const administrators = { commonName: "slipway-admin", groups: ["kubeadm:cluster-admins"] } as const;

/**
 * A Kubernetes cluster on hosts that are ready for it. It is initialised once the control planes are, while workers may
 * still be installing; then every node joins as soon as its own host is ready. What must not happen at the same time
 * (joins of control planes, drains, upgrades) the provider puts in order.
 */
export class Kubernetes extends pulumi.ComponentResource {
  readonly cluster: KubernetesCluster;
  /** Of the cluster's administrators: for its own parts, and for people in need. Secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Of those who deploy applications, with rights for just that. Secret. */
  readonly deployerKubeconfig: pulumi.Output<string>;
  /** When every machine has joined. */
  readonly joined: Promise<void>;

  constructor(name: string, args: KubernetesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:kubernetes:Kubernetes", name, {}, opts);
    const { cluster: prefix, hosts, nodePools, spec } = args;
    const controlPlanes = hosts.filter(({ role }) => role !== "worker");
    const [first] = controlPlanes;
    if (first === undefined) throw new Error(`cluster ${prefix} has no control plane`);
    const { version, source, repository, certificates } = spec;
    this.cluster = new KubernetesCluster(
      prefix,
      {
        version,
        apiEndpoint: spec.apiEndpoint,
        podRange: spec.podRange,
        serviceRange: spec.serviceRange,
        images: spec.images,
        certificates,
        encryptSecrets: spec.encryptSecrets,
        snapshots: spec.etcdSnapshots,
        kubelet: kubeletReservations(poolOf(first, nodePools)),
      },
      { parent: this, dependsOn: controlPlanes.map(({ prepared }) => prepared) },
    );
    const { clusterId } = this.cluster;
    const nodes = hosts.map((host) => {
      const { name: machine, pool, role, vmUuid, prepared } = host;
      const settings = poolOf(host, nodePools);
      const { labels, taints, ephemeralVolumes, upgradeBatch } = settings;
      return new KubernetesNode(
        resourceName(prefix, machine),
        {
          machine,
          vmUuid,
          clusterId,
          role: role === "worker" ? role : "controlPlane",
          pool,
          labels,
          taints,
          version,
          source,
          repository,
          kubelet: kubeletReservations(settings),
          ephemeralVolumes,
          upgradeBatch,
        },
        {
          parent: this,
          dependsOn: prepared,
          customTimeouts: { update: upgradeTimeout, delete: leaveTimeout },
        },
      );
    });
    this.joined = made(nodes);
    const credential = (key: string, holder: { commonName: string; groups: readonly string[] }) =>
      new KubernetesCredential(
        `${prefix}-${key}`,
        { clusterId, ...holder, validityDays: certificates.days },
        { parent: this },
      ).kubeconfig;
    this.kubeconfig = pulumi.secret(credential("admin", administrators));
    this.deployerKubeconfig = pulumi.secret(credential("deployer", deployers));
    this.registerOutputs();
  }
}

function poolOf(
  { name, pool }: Pick<ReadyHost, "name" | "pool">,
  nodePools: KubernetesArgs["nodePools"],
): KubernetesNodePoolSpec {
  const found = nodePools[pool];
  if (found === undefined) throw new Error(`machine ${name} is of no node pool (${pool})`);
  return found;
}
