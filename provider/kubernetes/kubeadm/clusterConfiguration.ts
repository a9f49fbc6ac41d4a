import type { KubernetesClusterInputs } from "../../sdk/kubernetesShapes";
import { auditLogFolder, auditPolicyFile, encryptionFile, ownFolder } from "../paths";

export const kubeadmApi = "kubeadm.k8s.io/v1beta4";
/** Registry whose folders kubeadm knows by itself. */
const upstreamImages = "registry.k8s.io";

/** How long audit logs are kept: whatever is reached first. Days, files, MiB per file. */
const auditLog = { maxAge: 30, maxBackups: 10, maxSize: 100 } as const;

/** Address and port at which nodes and people reach the API. */
export function endpointOf(
  { apiEndpoint }: Pick<KubernetesClusterInputs, "apiEndpoint">,
  ownAddress: string,
): string {
  return apiEndpoint === undefined
    ? `${ownAddress}:6443`
    : `${apiEndpoint.address}:${apiEndpoint.port}`;
}

/** `ClusterConfiguration` of kubeadm: what all control planes share, kept by the cluster in `kubeadm-config`. */
export function clusterConfiguration(
  inputs: KubernetesClusterInputs,
  ownAddress: string,
): Readonly<Record<string, unknown>> {
  const { version, images, podRange, serviceRange, certificates, apiEndpoint } = inputs;
  return {
    apiVersion: kubeadmApi,
    kind: "ClusterConfiguration",
    kubernetesVersion: `v${version}`,
    controlPlaneEndpoint: endpointOf(inputs, ownAddress),
    imageRepository: images,
    // Upstream keeps this image in a folder of its own, which a mirror of the same names has, too.
    ...(images !== upstreamImages && { dns: { imageRepository: `${images}/coredns` } }),
    networking: { podSubnet: podRange, serviceSubnet: serviceRange },
    certificateValidityPeriod: `${certificates.days * 24}h0m0s`,
    caCertificateValidityPeriod: `${certificates.authorityDays * 24}h0m0s`,
    apiServer: {
      certSANs: [
        "127.0.0.1",
        "localhost",
        ...(apiEndpoint === undefined ? [] : [apiEndpoint.address]),
      ],
      extraArgs: [
        argument("audit-policy-file", auditPolicyFile),
        argument("audit-log-path", `${auditLogFolder}/audit.log`),
        argument("audit-log-maxage", auditLog.maxAge),
        argument("audit-log-maxbackup", auditLog.maxBackups),
        argument("audit-log-maxsize", auditLog.maxSize),
        ...(inputs.encryptSecrets ? [argument("encryption-provider-config", encryptionFile)] : []),
      ],
      extraVolumes: [
        {
          name: "slipway",
          hostPath: ownFolder,
          mountPath: ownFolder,
          readOnly: true,
          pathType: "Directory",
        },
        {
          name: "audit-log",
          hostPath: auditLogFolder,
          mountPath: auditLogFolder,
          pathType: "DirectoryOrCreate",
        },
      ],
    },
    controllerManager: { extraArgs: [argument("node-cidr-mask-size", 24)] },
  };
}

function argument(name: string, value: string | number): { name: string; value: string } {
  return { name, value: String(value) };
}
