import type { KubernetesClusterInputs, KubernetesEndpoint } from "../sdk/kubernetesShapes";
import type { Kubectl } from "./api/kubectl";
import type { ConfigMap } from "./api/objects";

/** ConfigMap in `kube-system` in which the cluster keeps what Slipway made it with. */
export const recordName = "slipway-cluster";
const key = "cluster.json";

/** What nodes that join later have to know, and what a cluster keeps for life. No secrets. */
export interface ClusterRecord {
  readonly apiEndpoint?: KubernetesEndpoint;
  /** `10.0.0.9:6443`. */
  readonly endpoint: string;
  readonly podRange: string;
  readonly serviceRange: string;
  readonly encryptSecrets: boolean;
  readonly images: string;
  readonly certificates: KubernetesClusterInputs["certificates"];
  readonly snapshots: KubernetesClusterInputs["snapshots"];
}

export function recordFrom(inputs: KubernetesClusterInputs, endpoint: string): ClusterRecord {
  const { apiEndpoint, podRange, serviceRange, encryptSecrets, images, certificates, snapshots } =
    inputs;
  return {
    ...(apiEndpoint !== undefined && { apiEndpoint }),
    endpoint,
    podRange,
    serviceRange,
    encryptSecrets,
    images,
    certificates,
    snapshots,
  };
}

/** The record, or `undefined` where the cluster has none: Slipway did not make it, or was killed on the way. */
export async function readRecord(kubectl: Kubectl): Promise<ClusterRecord | undefined> {
  const found = await kubectl.find<ConfigMap>("configmap", recordName, "kube-system");
  const text = found?.data?.[key];
  return text === undefined ? undefined : (JSON.parse(text) as ClusterRecord);
}

export async function writeRecord(kubectl: Kubectl, record: ClusterRecord): Promise<void> {
  const object: ConfigMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: recordName,
      namespace: "kube-system",
      labels: { "app.kubernetes.io/managed-by": "slipway" },
    },
    data: { [key]: JSON.stringify(record) },
  };
  await kubectl.apply(object);
}

/** What a cluster keeps for life: no update changes it. */
export const fixedKeys = ["apiEndpoint", "podRange", "serviceRange", "encryptSecrets"] as const;

/** Where a cluster that was found differs from the one that is wanted, each with both values. */
export function recordDifferences(
  wanted: KubernetesClusterInputs,
  found: ClusterRecord,
): readonly string[] {
  const text = (value: unknown) =>
    value === undefined ? "none" : typeof value === "string" ? value : JSON.stringify(value);
  const ordered = (endpoint: KubernetesEndpoint | undefined) =>
    endpoint && `${endpoint.address}:${endpoint.port} (${endpoint.kind})`;
  const pairs = [
    ["apiEndpoint", ordered(found.apiEndpoint), ordered(wanted.apiEndpoint)],
    ["podRange", found.podRange, wanted.podRange],
    ["serviceRange", found.serviceRange, wanted.serviceRange],
    ["encryptSecrets", String(found.encryptSecrets), String(wanted.encryptSecrets)],
  ] as const;
  return pairs
    .filter(([, there, here]) => there !== here)
    .map(([name, there, here]) => `${name} ${text(there)} (wanted: ${text(here)})`);
}
