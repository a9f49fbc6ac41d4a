import type { Kubectl } from "../api/kubectl";
import type { ConfigMap } from "../api/objects";

/** The kubeconfig without secrets by which a joining node finds the cluster, kept in `kube-public`. */
const clusterInfo = { name: "cluster-info", namespace: "kube-public", key: "kubeconfig" } as const;
/** On kube-proxy's pods: with another value they are started anew. */
const endpointAnnotation = "slipway/endpoint";

/** A kubeconfig whose servers are at this endpoint (`10.0.0.9:6443`). */
export function withServer(kubeconfig: string, endpoint: string): string {
  return kubeconfig.replaceAll(/^(\s*server:\s*).*$/gm, `$1https://${endpoint}`);
}

/**
 * Tells the cluster its own address, where that is another one than the snapshot says: a single control plane without an
 * `apiEndpoint` is known by its own. kubeadm has written most of it anew at the initialisation.
 */
export async function moveEndpoint(kubectl: Kubectl, endpoint: string): Promise<void> {
  const { name, namespace, key } = clusterInfo;
  const found = await kubectl.find<ConfigMap>("configmap", name, namespace);
  const before = found?.data?.[key];
  if (before !== undefined && withServer(before, endpoint) !== before)
    await merge(kubectl, `configmap ${name}`, namespace, {
      data: { [key]: withServer(before, endpoint) },
    });
  // It reads its own at its start alone, and without it no pod finds the API.
  await merge(kubectl, "daemonset kube-proxy", "kube-system", {
    spec: { template: { metadata: { annotations: { [endpointAnnotation]: endpoint } } } },
  });
}

async function merge(
  kubectl: Kubectl,
  object: string,
  namespace: string,
  patch: object,
): Promise<void> {
  await kubectl.run(
    `changing ${object}`,
    [
      "patch",
      ...object.split(" "),
      `--namespace=${namespace}`,
      "--type=merge",
      "--patch-file=/dev/stdin",
    ],
    { input: JSON.stringify(patch) },
  );
}
