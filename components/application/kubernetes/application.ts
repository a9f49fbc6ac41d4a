import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { KubernetesJob, KubernetesRollout, type RolloutKind } from "../../../provider/sdk";
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
    { key, object, isKept, rollout }: PlannedObject,
    dependsOn: pulumi.Resource[],
  ): pulumi.CustomResource {
    const name = `${application}-${key.toLowerCase().replace("/", "-")}`;
    const options = { parent: this, dependsOn, retainOnDelete: isKept === true };
    if (rollout !== undefined) {
      const workload = new KubernetesObject(name, object, options);
      return new KubernetesRollout(
        `${name}-rollout`,
        {
          namespace: object.metadata.namespace ?? "",
          kind: object.kind as RolloutKind,
          name: object.metadata.name,
          revision: hashOf(object.spec),
          limits: rollout,
        },
        { parent: this, dependsOn: workload },
      );
    }
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

function hashOf(spec: unknown): string {
  return createHash("sha256").update(JSON.stringify(spec)).digest("hex").slice(0, 16);
}

function secondsOf({ spec }: PlannedObject["object"]): number {
  return (spec as { readonly activeDeadlineSeconds: number }).activeDeadlineSeconds;
}
