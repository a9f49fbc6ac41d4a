import type { KubernetesClusterInputs } from "../../sdk/kubernetesShapes";
import type { Kubectl } from "../api/kubectl";
import type { ConfigMap } from "../api/objects";
import { clusterConfiguration } from "../kubeadm/clusterConfiguration";
import { parseYaml, yamlText } from "../kubeadm/yaml";

/** What kubeadm keeps in the cluster about it, as far as the provider reads it. */
export interface StoredConfiguration extends Readonly<Record<string, unknown>> {
  readonly kubernetesVersion: string;
  readonly controlPlaneEndpoint: string;
}

const key = "ClusterConfiguration";

export async function storedText(kubectl: Kubectl): Promise<string> {
  const found = await kubectl.find<ConfigMap>("configmap", "kubeadm-config", "kube-system");
  const text = found?.data?.[key];
  if (text === undefined)
    throw new Error("the cluster has no configmap kubeadm-config: kubeadm did not make it");
  return text;
}

export async function storedConfiguration(kubectl: Kubectl): Promise<StoredConfiguration> {
  return parseYaml(await storedText(kubectl)) as StoredConfiguration;
}

/** Version of the control plane as kubeadm knows it, without `v`. */
export async function clusterVersion(kubectl: Kubectl): Promise<string> {
  return (await storedConfiguration(kubectl)).kubernetesVersion.replace(/^v/, "");
}

/** Settings that may change in the life of a cluster: the next upgrade and the next renewal take them from here. */
const changeable = [
  "imageRepository",
  "dns",
  "certificateValidityPeriod",
  "caCertificateValidityPeriod",
] as const;

/** The stored configuration as it should be; `undefined` when it is that already. */
export function changedConfiguration(
  stored: StoredConfiguration,
  inputs: KubernetesClusterInputs,
): StoredConfiguration | undefined {
  const wanted = clusterConfiguration(inputs, "");
  const changed = changeable.filter(
    (name) => JSON.stringify(stored[name] ?? {}) !== JSON.stringify(wanted[name] ?? {}),
  );
  if (changed.length === 0) return undefined;
  return { ...stored, ...Object.fromEntries(changed.map((name) => [name, wanted[name] ?? {}])) };
}

export async function storeSettings(
  kubectl: Kubectl,
  inputs: KubernetesClusterInputs,
): Promise<void> {
  const changed = changedConfiguration(await storedConfiguration(kubectl), inputs);
  if (changed === undefined) return;
  await kubectl.run(
    "changing kubeadm's configuration of the cluster",
    [
      "patch",
      "configmap",
      "kubeadm-config",
      "--namespace=kube-system",
      "--type=merge",
      "--patch-file=/dev/stdin",
    ],
    { input: JSON.stringify({ data: { [key]: yamlText(changed) } }) },
  );
}
