import type { Manifest } from "../object";
import { partLabels, selector } from "./parts";

/**
 * A pod on every node, whatever its taints, that comes before applications: what watches a node, or makes it one. A fifth of
 * them at a time is made anew: what they look after has to go on without them for a while.
 *
 * @param pod the rest of its specification; what it names itself holds
 * @param token whether it asks the API server
 */
export function podOnEveryNode(
  pod: object,
  {
    name,
    namespace,
    token,
  }: { readonly name: string; readonly namespace: string; readonly token: boolean },
): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name, namespace, labels: partLabels(name) },
    spec: {
      selector: { matchLabels: selector(name) },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "20%" } },
      template: {
        metadata: { labels: partLabels(name) },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: token,
          enableServiceLinks: false,
          priorityClassName: "system-node-critical",
          nodeSelector: { "kubernetes.io/os": "linux" },
          tolerations: [{ operator: "Exists" }],
          ...pod,
        },
      },
    },
  };
}
