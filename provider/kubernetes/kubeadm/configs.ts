import type { KubernetesClusterInputs, KubernetesNodeInputs } from "../../sdk/kubernetesShapes";
import type { NodeFacts } from "../nodeFacts";
import { patchesFolder } from "../paths";
import { clusterConfiguration, kubeadmApi } from "./clusterConfiguration";
import { ignoredByFacts } from "./ignored";
import { kubeletConfiguration } from "./kubelet";
import { yamlText } from "./yaml";

/** How long kubeadm's own token may live: nobody joins with it. */
const initTokenLife = "1m0s";
/** A slow registry or disk may take this long until a control plane's parts are healthy. */
const healthLimit = "8m0s";

/** A host as kubeadm's configuration names it. */
export interface Registrant {
  readonly nodeName: string;
  readonly address: string;
  readonly facts: NodeFacts;
  /** Checks of kubeadm that are to be ignored beside those that facts justify. */
  readonly ignored?: readonly string[];
}

function registration({ nodeName, address, facts, ignored = [] }: Registrant) {
  const ignoredErrors = [...ignoredByFacts(facts), ...ignored];
  return {
    name: nodeName,
    criSocket: "unix:///run/containerd/containerd.sock",
    imagePullSerial: false,
    kubeletExtraArgs: [{ name: "node-ip", value: address }],
    ...(ignoredErrors.length > 0 && { ignorePreflightErrors: ignoredErrors }),
  };
}

/** The configuration of `kubeadm init`: four documents, without any secret. */
export function initConfig(inputs: KubernetesClusterInputs, host: Registrant): string {
  return yamlText(
    {
      apiVersion: kubeadmApi,
      kind: "InitConfiguration",
      nodeRegistration: registration(host),
      localAPIEndpoint: { advertiseAddress: host.address, bindPort: 6443 },
      bootstrapTokens: [
        { ttl: initTokenLife, groups: ["system:bootstrappers:kubeadm:default-node-token"] },
      ],
      patches: { directory: patchesFolder },
      timeouts: { controlPlaneComponentHealthCheck: healthLimit },
    },
    clusterConfiguration(inputs, host.address),
    kubeletConfiguration(inputs.kubelet),
    {
      apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
      kind: "KubeProxyConfiguration",
      // Nobody but the kernel's own default decides where kube-proxy may not: it would not start otherwise.
      ...(!host.facts.conntrackWritable && { conntrack: { maxPerCore: 0, min: 0 } }),
    },
  );
}

/** What a host needs to be let in; all of it is secret but the hash and the endpoint, and lives for minutes. */
export interface Admission {
  readonly token: string;
  /** `10.0.0.9:6443`. */
  readonly endpoint: string;
  /** `sha256:…` of the public key of the cluster's authority. */
  readonly authorityHash: string;
  /** Opens the control plane's certificates; only for control planes. */
  readonly certificateKey?: string;
}

/** The configuration of `kubeadm join`. A secret. */
export function joinConfig(
  { role }: Pick<KubernetesNodeInputs, "role">,
  host: Registrant,
  admission: Admission,
): string {
  const { token, endpoint, authorityHash, certificateKey } = admission;
  return yamlText({
    apiVersion: kubeadmApi,
    kind: "JoinConfiguration",
    nodeRegistration: registration(host),
    discovery: {
      bootstrapToken: { token, apiServerEndpoint: endpoint, caCertHashes: [authorityHash] },
    },
    ...(role === "controlPlane" && {
      controlPlane: {
        localAPIEndpoint: { advertiseAddress: host.address, bindPort: 6443 },
        certificateKey,
      },
    }),
    patches: { directory: patchesFolder },
    timeouts: { controlPlaneComponentHealthCheck: healthLimit, discovery: "2m0s" },
  });
}

/** The configuration by which a control plane puts its certificates, encrypted, where a joining one finds them. A secret. */
export function uploadConfig(version: string, certificateKey: string): string {
  return yamlText(
    { apiVersion: kubeadmApi, kind: "InitConfiguration", certificateKey },
    // Named, or kubeadm would ask the internet for the newest one.
    { apiVersion: kubeadmApi, kind: "ClusterConfiguration", kubernetesVersion: `v${version}` },
  );
}
