import * as pulumi from "@pulumi/pulumi";
import type { ClusterFeatures, DockerCredentials } from "../components/application";
import type { RegistryCredential } from "../provider/sdk";
import type { IngressOutput } from "./ingress";
import type {
  KubernetesIngressOutput,
  KubernetesMonitoringOutput,
  NodePoolOutput,
  RegistriesOutput,
} from "./kubernetesOutputs";
import type { MonitoringOutput } from "./monitoring";
import { fullName, stackOutputs } from "./stackOutputs";

/** What an application needs of its cluster's Pulumi stack. */
export type ClusterOutputs = SwarmOutputs | KubernetesOutputs;

/** What the cluster's own registry, or the site's, is pulled from with, by its host. Secret. */
export type PullCredentials = Readonly<Record<string, RegistryCredential>>;

export interface SwarmOutputs {
  readonly orchestrator: "swarm";
  readonly endpoints: readonly string[];
  readonly credentials: DockerCredentials;
  readonly features: ClusterFeatures;
  readonly pullCredentials: PullCredentials;
  /** Overlay networks are to be encrypted, whatever the application says. */
  readonly encryptOverlays: boolean;
  /** Absent where the cluster has none. */
  readonly ingress?: IngressOutput;
  /** Absent where the cluster has none. */
  readonly monitoring?: MonitoringOutput;
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
  /** NetworkPolicies are enforced, by Slipway or by the site's own pod network. */
  readonly networkPolicy: boolean;
  readonly registries: RegistriesOutput;
  readonly pullCredentials: PullCredentials;
  /** Absent where the cluster has none. */
  readonly ingress?: KubernetesIngressOutput;
  /** Absent where the cluster has none. */
  readonly monitoring?: KubernetesMonitoringOutput;
}

/**
 * Reads the outputs of a cluster's Pulumi stack.
 *
 * @param cluster Pulumi stack of the cluster: its name in this project, or `<organization>/<project>/<stack>`.
 * @throws RunError where there is no such Pulumi stack, or that names every output that is missing. A secret under another
 * passphrase is elided by the engine without a word, so absent is an error here, never a gap.
 */
export async function clusterOutputs(cluster: string): Promise<ClusterOutputs> {
  const name = fullName(cluster);
  const found = await stackOutputs(name);
  if (found === undefined) {
    throw new pulumi.RunError(
      `cluster ${cluster}: there is no Pulumi stack ${name}; \`pulumi stack ls --all\` lists those that there are, and slipway:cluster in the configuration of this one names its cluster's`,
    );
  }
  const outputs = new Outputs(found);
  // Clusters of the releases before there was a choice do not say.
  const orchestrator = outputs.optional("orchestrator") ?? "swarm";
  const read = orchestrator === "kubernetes" ? kubernetes(outputs) : swarm(outputs);
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

  constructor(private readonly all: Readonly<Record<string, unknown>>) {}

  optional(output: string): unknown {
    return this.all[output] ?? undefined;
  }

  required(output: string): unknown {
    const found = this.optional(output);
    if (found === undefined) this.missing.push(output);
    return found;
  }
}

/** None where the cluster has no registry; where it has one, they must be readable. */
function pullCredentials(outputs: Outputs): PullCredentials {
  if (outputs.optional("registry") === undefined) return {};
  return (outputs.required("registryCredentials") ?? {}) as PullCredentials;
}

function swarm(outputs: Outputs): SwarmOutputs {
  const [endpoints, caCertificate, clientCertificate, clientKey, features, encryptOverlays] = [
    "dockerEndpoints",
    "dockerCaCertificate",
    "dockerClientCertificate",
    "dockerClientKey",
    "features",
    "encryptOverlays",
  ].map((output) => outputs.required(output));
  const ingress = outputs.optional("ingress");
  const monitoring = outputs.optional("monitoring");
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
    pullCredentials: pullCredentials(outputs),
    ...(ingress !== undefined && { ingress: ingress as IngressOutput }),
    ...(monitoring !== undefined && { monitoring: monitoring as MonitoringOutput }),
  };
}

function kubernetes(outputs: Outputs): KubernetesOutputs {
  const [clusterId, version, kubeconfig, features, nodePools, networkPolicy, registries] = [
    "clusterId",
    "kubernetesVersion",
    "deployerKubeconfig",
    "features",
    "nodePools",
    "networkPolicy",
    "registries",
  ].map((output) => outputs.required(output));
  const ingress = outputs.optional("ingress");
  const monitoring = outputs.optional("monitoring");
  return {
    orchestrator: "kubernetes",
    clusterId: clusterId as string,
    kubernetesVersion: version as string,
    kubeconfig: kubeconfig as string,
    features: features as ClusterFeatures,
    nodePools: nodePools as NodePoolOutput[],
    networkPolicy: networkPolicy as boolean,
    registries: registries as RegistriesOutput,
    pullCredentials: pullCredentials(outputs),
    ...(ingress !== undefined && { ingress: ingress as KubernetesIngressOutput }),
    ...(monitoring !== undefined && { monitoring: monitoring as KubernetesMonitoringOutput }),
  };
}
