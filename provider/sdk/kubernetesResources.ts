import * as pulumi from "@pulumi/pulumi";
import { unknownOutputs, withVersion, type Args } from "./resource";
import type * as shapes from "./kubernetesShapes";

/** What a host needs before it can be a Kubernetes node: container runtime, kernel settings, packages. */
export class KubernetesHost extends pulumi.CustomResource {
  declare readonly installedVersion: pulumi.Output<string>;
  declare readonly containerdVersion: pulumi.Output<string>;
  constructor(
    name: string,
    args: Args<shapes.KubernetesHostInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:KubernetesHost",
      name,
      { ...args, ...unknownOutputs("installedVersion", "containerdVersion") },
      withVersion(opts),
    );
  }
}

/** A Kubernetes cluster: initialised once, on its first control plane, and found again ever after. */
export class KubernetesCluster extends pulumi.CustomResource {
  declare readonly clusterId: pulumi.Output<string>;
  declare readonly endpoint: pulumi.Output<string>;
  declare readonly caCertificate: pulumi.Output<string>;
  constructor(
    name: string,
    args: Args<shapes.KubernetesClusterInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:KubernetesCluster",
      name,
      { ...args, ...unknownOutputs("clusterId", "endpoint", "caCertificate") },
      withVersion(opts),
    );
  }
}

/** Membership of one host in the cluster: labels, taints, version. Its deletion drains, leaves and removes. */
export class KubernetesNode extends pulumi.CustomResource {
  declare readonly nodeName: pulumi.Output<string>;
  declare readonly address: pulumi.Output<string>;
  declare readonly kubeletVersion: pulumi.Output<string>;
  declare readonly certificateExpires: pulumi.Output<string | undefined>;
  constructor(
    name: string,
    args: Args<shapes.KubernetesNodeInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:KubernetesNode",
      name,
      {
        ...args,
        ...unknownOutputs(
          "nodeName",
          "address",
          "kubeletVersion",
          "certificateExpires",
          "certificateDays",
        ),
      },
      withVersion(opts),
    );
  }
}

/** A kubeconfig whose client certificate the cluster has signed for a name and its groups. */
export class KubernetesCredential extends pulumi.CustomResource {
  declare readonly kubeconfig: pulumi.Output<string>;
  declare readonly expires: pulumi.Output<string>;
  constructor(
    name: string,
    args: Args<shapes.KubernetesCredentialInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:KubernetesCredential",
      name,
      { ...args, ...unknownOutputs("kubeconfig", "expires") },
      { ...withVersion(opts), additionalSecretOutputs: ["kubeconfig"] },
    );
  }
}

/** Something that runs to its end on Kubernetes: a deployment goes on when it has succeeded. */
export class KubernetesJob extends pulumi.CustomResource {
  declare readonly jobName: pulumi.Output<string>;
  declare readonly completed: pulumi.Output<string>;
  constructor(
    name: string,
    args: Args<shapes.KubernetesJobInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:KubernetesJob",
      name,
      { ...args, ...unknownOutputs("jobName", "completed") },
      withVersion(opts),
    );
  }
}

/** The rollout of a workload, waited for; made after the workload, which Pulumi's Kubernetes plugin makes. */
export class KubernetesRollout extends pulumi.CustomResource {
  constructor(
    name: string,
    args: Args<shapes.KubernetesRolloutInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super("slipway:index:KubernetesRollout", name, { ...args }, withVersion(opts));
  }
}
