import * as pulumi from "@pulumi/pulumi";
import { SwarmCluster, SwarmNode } from "../../provider/sdk";
import type { DockerHost } from "../docker/dockerHosts";
import type { ClusterSpec } from "../spec";

/** Time for a node to leave: its tasks move first, and a replacement may have to pull an image. */
const deleteTimeout = "20m";

export interface SwarmArgs {
  readonly spec: ClusterSpec;
  readonly hosts: readonly DockerHost[];
}

/** A Swarm of the given hosts: initialised on a manager, joined by all the others side by side. */
export class Swarm extends pulumi.ComponentResource {
  readonly clusterId: pulumi.Output<string>;
  /** Secret; only with autolock. */
  readonly unlockKey: pulumi.Output<string | undefined>;
  readonly nodes: readonly SwarmNode[];

  constructor(name: string, args: SwarmArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:swarm:Swarm", name, {}, opts);
    const { spec, hosts } = args;
    const managers = hosts.filter(({ machine }) => machine.pool.role === "manager");
    const { addressPool, subnetSize, dataPathPort, autolock } = spec.swarm;
    const cluster = new SwarmCluster(
      name,
      { addressPool, subnetSize, dataPathPort, autolock },
      { parent: this, dependsOn: managers.map(({ ready }) => ready) },
    );
    this.clusterId = cluster.clusterId;
    this.unlockKey = cluster.unlockKey;
    this.nodes = hosts.map(
      ({ machine, ready }) =>
        new SwarmNode(
          `${spec.name}-${machine.name}`,
          {
            machine: machine.name,
            vmUuid: machine.vmUuid,
            clusterId: cluster.clusterId,
            role: machine.pool.role,
            labels: machine.pool.labels,
            availability: machine.pool.availability,
            ephemeralVolumes: machine.pool.ephemeralVolumes,
          },
          { parent: this, dependsOn: ready, customTimeouts: { delete: deleteTimeout } },
        ),
    );
    this.registerOutputs({});
  }
}
