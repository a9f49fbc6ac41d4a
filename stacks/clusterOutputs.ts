import * as pulumi from "@pulumi/pulumi";
import type { ClusterFeatures, DockerCredentials } from "../components/application";
import type { IngressOutput } from "./ingress";

/** What an application needs of its cluster's Pulumi stack. */
export interface ClusterOutputs {
  readonly endpoints: readonly string[];
  readonly credentials: DockerCredentials;
  readonly features: ClusterFeatures;
  /** Overlay networks are to be encrypted, whatever the application says. */
  readonly encryptOverlays: boolean;
  /** Absent where the cluster has none. */
  readonly ingress?: IngressOutput;
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
  const reference = new pulumi.StackReference(cluster, { name });
  const missing: string[] = [];
  const read = async (output: string): Promise<unknown> => {
    const details: { value?: unknown; secretValue?: unknown } =
      await reference.getOutputDetails(output);
    const found = details.secretValue ?? details.value;
    if (found === undefined || found === null) missing.push(output);
    return found;
  };
  const ingress = (await reference.getOutputDetails("ingress")) as { value?: IngressOutput };
  const [endpoints, caCertificate, clientCertificate, clientKey, features, encryptOverlays] =
    await Promise.all([
      read("dockerEndpoints"),
      read("dockerCaCertificate"),
      read("dockerClientCertificate"),
      read("dockerClientKey"),
      read("features"),
      read("encryptOverlays"),
    ]);
  if (missing.length > 0) {
    throw new pulumi.RunError(
      `cluster ${cluster}: its Pulumi stack has no output ${missing.join(", ")}; ` +
        `run \`pulumi up --stack ${cluster}\` first, and see to it that this Pulumi stack uses the same secrets provider (PULUMI_CONFIG_PASSPHRASE): the engine hides secrets that it can't decrypt`,
    );
  }
  return {
    endpoints: endpoints as string[],
    credentials: {
      caCertificate: caCertificate as string,
      clientCertificate: clientCertificate as string,
      clientKey: clientKey as string,
    },
    features: features as ClusterFeatures,
    encryptOverlays: encryptOverlays as boolean,
    ...(ingress.value !== undefined && { ingress: ingress.value }),
  };
}
