import * as pulumi from "@pulumi/pulumi";
import type { ClusterFeatures, DockerCredentials } from "../components/application";
import type { IngressOutput } from "./ingress";
import type {
  KubernetesIngressOutput,
  NodePoolOutput,
  RegistriesOutput,
} from "./kubernetesOutputs";

/** What an application needs of its cluster's Pulumi stack. */
export type ClusterOutputs = SwarmOutputs | KubernetesOutputs;

export interface SwarmOutputs {
  readonly orchestrator: "swarm";
  readonly endpoints: readonly string[];
  readonly credentials: DockerCredentials;
  readonly features: ClusterFeatures;
  /** Overlay networks are to be encrypted, whatever the application says. */
  readonly encryptOverlays: boolean;
  /** Absent where the cluster has none. */
  readonly ingress?: IngressOutput;
}

export interface KubernetesOutputs {
  readonly orchestrator: "kubernetes";
  /** UID of the namespace `kube-system`. */
  readonly clusterId: string;
  /** Three numbers. */
  readonly kubernetesVersion: string;
  /** With the rights of those who deploy applications. Secret. */
  readonly kubeconfig: string;
  readonly features: ClusterFeatures;
  readonly nodePools: readonly NodePoolOutput[];
  /** The pod network enforces NetworkPolicies. */
  readonly networkPolicy: boolean;
  readonly registries: RegistriesOutput;
  /** Absent where the cluster has none. */
  readonly ingress?: KubernetesIngressOutput;
}

/**
 * Reads a cluster's outputs by stack reference.
 *
 * @param cluster Pulumi stack of the cluster: its name in this project, or `<organization>/<project>/<stack>`.
 * @throws RunError that names every output that is missing. A secret under another passphrase is elided by the engine
 * without a word, so absent is an error here, never a gap.
 */
export async function clusterOutputs(cluster: string): Promise<ClusterOutputs> {
  const name = cluster.includes("/")
    ? cluster
    : `${pulumi.getOrganization()}/${pulumi.getProject()}/${cluster}`;
  const outputs = new Outputs(new pulumi.StackReference(cluster, { name }));
  // Clusters of the releases before there was a choice do not say.
  const orchestrator = (await outputs.optional("orchestrator")) ?? "swarm";
  const read = orchestrator === "kubernetes" ? await kubernetes(outputs) : await swarm(outputs);
  if (outputs.missing.length > 0) {
    throw new pulumi.RunError(
      `cluster ${cluster}: its Pulumi stack has no output ${outputs.missing.join(", ")}; ` +
        `run \`pulumi up --stack ${cluster}\` first, and see to it that this Pulumi stack uses the same secrets provider (PULUMI_CONFIG_PASSPHRASE): the engine hides secrets that it can't decrypt`,
    );
  }
  return read;
}

/** Outputs by name, and which of those that must be there are not. */
class Outputs {
  readonly missing: string[] = [];

  constructor(private readonly reference: pulumi.StackReference) {}

  async optional(output: string): Promise<unknown> {
    const details: { value?: unknown; secretValue?: unknown } =
      await this.reference.getOutputDetails(output);
    return details.secretValue ?? details.value ?? undefined;
  }

  async required(output: string): Promise<unknown> {
    const found = await this.optional(output);
    if (found === undefined) this.missing.push(output);
    return found;
  }
}

async function swarm(outputs: Outputs): Promise<SwarmOutputs> {
  const [endpoints, caCertificate, clientCertificate, clientKey, features, encryptOverlays] =
    await Promise.all(
      [
        "dockerEndpoints",
        "dockerCaCertificate",
        "dockerClientCertificate",
        "dockerClientKey",
        "features",
        "encryptOverlays",
      ].map((output) => outputs.required(output)),
    );
  const ingress = await outputs.optional("ingress");
  return {
    orchestrator: "swarm",
    endpoints: endpoints as string[],
    credentials: {
      caCertificate: caCertificate as string,
      clientCertificate: clientCertificate as string,
      clientKey: clientKey as string,
    },
    features: features as ClusterFeatures,
    encryptOverlays: encryptOverlays as boolean,
    ...(ingress !== undefined && { ingress: ingress as IngressOutput }),
  };
}

async function kubernetes(outputs: Outputs): Promise<KubernetesOutputs> {
  const [clusterId, version, kubeconfig, features, nodePools, networkPolicy, registries] =
    await Promise.all(
      [
        "clusterId",
        "kubernetesVersion",
        "deployerKubeconfig",
        "features",
        "nodePools",
        "networkPolicy",
        "registries",
      ].map((output) => outputs.required(output)),
    );
  const ingress = await outputs.optional("ingress");
  return {
    orchestrator: "kubernetes",
    clusterId: clusterId as string,
    kubernetesVersion: version as string,
    kubeconfig: kubeconfig as string,
    features: features as ClusterFeatures,
    nodePools: nodePools as NodePoolOutput[],
    networkPolicy: networkPolicy as boolean,
    registries: registries as RegistriesOutput,
    ...(ingress !== undefined && { ingress: ingress as KubernetesIngressOutput }),
  };
}
