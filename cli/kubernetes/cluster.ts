import type { KubernetesClusterInputs } from "../../provider/sdk/kubernetesShapes";
import { badUsage, failed } from "../exit";
import type { StackState } from "../pulumi/state";
import { typeTokens } from "../pulumi/types";

/** A Kubernetes cluster as the state of its Pulumi stack has it. */
export interface RecordedCluster {
  /** UID of the namespace `kube-system`. */
  readonly clusterId: string;
  /** `https://10.0.0.9:6443` */
  readonly endpoint: string;
  /** PEM. */
  readonly caCertificate: string;
  readonly inputs: KubernetesClusterInputs;
}

/**
 * The cluster that a command is about.
 * @param name of the Pulumi stack, for errors
 * @throws CliError where the stack is of something else, or knows no cluster.
 */
export function recordedCluster({ resources }: StackState, name: string): RecordedCluster {
  const standing = resources.filter(({ deletePending }) => !deletePending);
  if (standing.some(({ type }) => type === typeTokens.swarmCluster)) throw isSwarm(name);
  const cluster = standing.find(({ type }) => type === typeTokens.kubernetesCluster);
  if (cluster === undefined)
    throw badUsage(
      `the state of ${name} has no Kubernetes cluster: \`pulumi up\` makes one. If it had one, bring back a state that knows it (\`pulumi stack import\`)`,
    );
  const { clusterId, endpoint, caCertificate } = cluster.outputs;
  if (
    typeof clusterId !== "string" ||
    typeof endpoint !== "string" ||
    typeof caCertificate !== "string"
  )
    throw failed(
      `the state of ${name} does not say which cluster it has: its creation did not end; run \`pulumi up\``,
    );
  // As the provider wrote it: another shape would be another release's.
  const inputs = cluster.inputs as unknown as KubernetesClusterInputs;
  return { clusterId, endpoint, caCertificate, inputs };
}

export function isSwarm(name: string) {
  return badUsage(`${name} is a Docker Swarm: this command is for Kubernetes clusters`);
}
