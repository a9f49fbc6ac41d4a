import * as pulumi from "@pulumi/pulumi";
import { KubernetesJob } from "../../../provider/sdk";
import { KubernetesObject } from "../../kubernetes/object";
import { runOf } from "../jobs";
import { kubernetesObjects } from "./plan";
import type { KubernetesArgs, PlannedObject } from "./types";

/**
 * An application on Kubernetes. Takes the providers `kubernetes` and `slipway`, both connected to the cluster, from its
 * options.
 */
export class KubernetesApplication extends pulumi.ComponentResource {
  /** Names of the workloads: `Deployment/web`. */
  readonly services: readonly string[];
  /** Resolves when every workload is ready, and every job is done. */
  readonly completed: pulumi.Output<void>;

  constructor(name: string, args: KubernetesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:application:KubernetesApplication", name, {}, opts);
    const made = new Map<string, pulumi.CustomResource>();
    for (const planned of kubernetesObjects(args)) {
      const dependsOn = planned.after.flatMap((key) => {
        const resource = made.get(key);
        return resource === undefined ? [] : [resource];
      });
      made.set(planned.key, this.resource(args, planned, dependsOn));
    }
    this.services = [...made.keys()].filter((key) => workloads.test(key));
    this.completed = pulumi.all([...made.values()].map(({ id }) => id)).apply(() => undefined);
    this.registerOutputs();
  }

  private resource(
    { application, plan }: KubernetesArgs,
    { key, object, isKept }: PlannedObject,
    dependsOn: pulumi.Resource[],
  ): pulumi.CustomResource {
    const name = `${application}-${key.toLowerCase().replace("/", "-")}`;
    const options = { parent: this, dependsOn, retainOnDelete: isKept === true };
    if (object.kind !== "Job") return new KubernetesObject(name, object, options);
    // A Job is something that was done, not something that is: see the provider's handler.
    return new KubernetesJob(
      name,
      {
        namespace: object.metadata.namespace ?? "",
        name: key.slice("Job/".length),
        object,
        timeoutSeconds: secondsOf(object),
        run: runOf(plan),
      },
      options,
    );
  }
}

const workloads = /^(Deployment|DaemonSet|StatefulSet)\//;

function secondsOf({ spec }: PlannedObject["object"]): number {
  return (spec as { readonly activeDeadlineSeconds: number }).activeDeadlineSeconds;
}
