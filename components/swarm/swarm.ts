import * as pulumi from "@pulumi/pulumi";
import { SwarmCluster, SwarmNode } from "../../provider/sdk";
import type { DockerHost } from "../docker";
import { resourceName } from "../machines/machine";
import type { SwarmNodePoolSpec, SwarmSpec } from "../spec";

export interface SwarmArgs {
  /** Name of the cluster, the prefix of resource names. */
  readonly cluster: string;
  readonly hosts: readonly DockerHost[];
  readonly nodePools: Readonly<Record<string, SwarmNodePoolSpec>>;
  readonly spec: SwarmSpec;
}

/** Time for a node to leave: its tasks move first, and a replacement may have to pull an image. */
const leaveTimeout = "20m";

/**
 * A Swarm on hosts that run the engine. It is formed once the managers are ready, while workers may still be
 * installing; then every node joins as soon as its own engine runs. What must not happen at the same time (joins of
 * managers, drains) the provider puts in order.
 */
export class Swarm extends pulumi.ComponentResource {
  readonly swarmId: pulumi.Output<string>;
  /** Key that managers need to start after a reboot, a secret; only with autolock. */
  readonly unlockKey: pulumi.Output<string | undefined>;

  constructor(name: string, args: SwarmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:swarm:Swarm", name, {}, opts);
    const { cluster, hosts, nodePools, spec } = args;
    // The managers' APIs too: setting one up restarts its engine, which must not meet a join.
    const managersReady = hosts
      .filter(({ role }) => role === "manager")
      .flatMap(({ engine, api }) => (api === undefined ? [engine] : [engine, api]));
    const swarm = new SwarmCluster(
      cluster,
      {
        addressPool: spec.addressPool,
        subnetSize: spec.subnetSize,
        dataPathPort: spec.dataPathPort,
        autolock: spec.autolock,
      },
      { parent: this, dependsOn: managersReady },
    );
    for (const { name: machine, pool, role, vmUuid, engine } of hosts) {
      const {
        labels = {},
        availability = "active",
        ephemeralVolumes = false,
      } = nodePools[pool] ?? {};
      new SwarmNode(
        resourceName(cluster, machine),
        {
          machine,
          vmUuid,
          clusterId: swarm.clusterId,
          role: role === "worker" ? role : "manager",
          labels,
          availability,
          ephemeralVolumes,
        },
        { parent: this, dependsOn: engine, customTimeouts: { delete: leaveTimeout } },
      );
    }
    this.swarmId = swarm.clusterId;
    this.unlockKey = swarm.unlockKey;
    this.registerOutputs();
  }
}
