import * as pulumi from "@pulumi/pulumi";
import type { NodePoolSpec, VsphereSpec } from "../spec";
import type { Machine } from "./machine";
import { NodePool, type NodePoolArgs } from "./nodePool";

export interface VsphereMachinesArgs extends Omit<NodePoolArgs, "pool" | "spec"> {
  /** Tags of the machines, by category: recorded for those who ask whose they are. `objects` has their ids. */
  readonly tags: VsphereSpec["tags"];
  readonly nodePools: Readonly<Record<string, NodePoolSpec>>;
}

/** The machines of a cluster on vSphere: one `NodePool` per pool. What exists in vSphere is looked up before (`lookUp`). */
export class VsphereMachines extends pulumi.ComponentResource {
  readonly machines: readonly Machine[];
  /** Machines that run another definition than the file's, with the fields that differ; one that is up to date is absent. */
  readonly stale: pulumi.Output<Record<string, readonly string[]>>;

  constructor(name: string, args: VsphereMachinesArgs, opts?: pulumi.ComponentResourceOptions) {
    const { nodePools, tags, ...shared } = args;
    super("slipway:machines:VsphereMachines", name, { tags }, opts);
    const pools = Object.entries(nodePools).map(
      ([pool, spec]) =>
        new NodePool(`${args.cluster}-${pool}`, { ...shared, pool, spec }, { parent: this }),
    );
    this.machines = pools.flatMap((pool) => pool.machines);
    this.stale = pulumi
      .all(pools.map(({ stale }) => stale))
      .apply((all) => Object.assign({}, ...all) as Record<string, readonly string[]>);
    this.registerOutputs();
  }
}
