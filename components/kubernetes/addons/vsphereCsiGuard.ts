import type { Objects } from "../objects";
import { partLabels, selector } from "./parts";
import { csiControllerReplicas, type CsiControllerArgs } from "./vsphereCsiController";
import {
  csiController as name,
  csiPart as part,
  vsphereCsiNamespace as namespace,
} from "./vsphereCsiNames";

/** What guards the pods of the controller: from being drained all at once, and from those who have no business with them. */
export function csiControllerGuard(args: Pick<CsiControllerArgs, "controlPlanes">): Objects {
  const metadata = { name, namespace, labels: partLabels(part) };
  const pods = { matchLabels: selector(name) };
  return {
    // Its figures (2112/tcp, 2113/tcp) and its health answer whoever can reach them. The kubelet of its own node can,
    // whatever policies say, and nobody else has to.
    "controller-policy": {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata,
      spec: { podSelector: pods, policyTypes: ["Ingress"] },
    },
    // One of them leads, and another takes over. A single one could never be drained.
    ...(csiControllerReplicas(args) > 1 && {
      "controller-budget": {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata,
        spec: {
          minAvailable: 1,
          selector: pods,
          // Where vCenter lets none of them in, none is ready: no reason to stop a drain.
          unhealthyPodEvictionPolicy: "AlwaysAllow",
        },
      },
    }),
  };
}
