import * as pulumi from "@pulumi/pulumi";
import { SwarmConfig, SwarmNetwork, SwarmService } from "../../provider/sdk";
import { progressDeadlineSeconds, type ServicePlan } from "../platform/parts";
import type { SchedulerSpec } from "../spec";
import { schedulerConfig, schedulerNetwork, schedulerServices } from "./plan";

export interface SchedulerArgs {
  readonly spec: SchedulerSpec;
  /** Registry prefix of the site's images. */
  readonly mirror?: string;
  /** Every overlay network of the cluster is encrypted. */
  readonly encryptOverlays: boolean;
}

/**
 * What starts the jobs of applications at their times on a Swarm: swarm-cronjob on a manager, and the filter on the
 * managers through which it asks the Swarm. Takes the provider `slipway`, connected to the Docker API of the managers,
 * from its options.
 */
export class Scheduler extends pulumi.ComponentResource {
  constructor(name: string, args: SchedulerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:scheduler:Scheduler", name, {}, opts);
    const { spec, mirror, encryptOverlays } = args;
    const parent = { parent: this };
    const { networkId } = new SwarmNetwork(
      `${name}-api`,
      schedulerNetwork(encryptOverlays),
      parent,
    );
    const { key, ...file } = schedulerConfig();
    const { fileId } = new SwarmConfig(`${name}-${key}`, file, parent);
    const plan = schedulerServices(
      { spec, mirror },
      { network: networkId, files: new Map([[key, { id: fileId, name: file.name }]]) },
    );
    const service = (key: string, made: ServicePlan, dependsOn: pulumi.Resource[]) =>
      new SwarmService(
        `${name}-${key}`,
        { ...made, onFailure: "rollback", progressDeadlineSeconds },
        { ...parent, dependsOn },
      );
    const filter = service("api", plan.api, []);
    service("swarm-cronjob", plan.cronjob, [filter]);
    this.registerOutputs();
  }
}
