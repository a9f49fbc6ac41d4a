import { requirement } from "../application/kubernetes/constraints";

/**
 * Node affinity for constraints as Compose has them.
 *
 * @param place where the cluster's file has them (`platform.ingress.placement`)
 * @throws where Kubernetes has nothing like one of them: without it a pod would run where it is not wanted.
 */
export function nodeAffinity(constraints: readonly string[], place: string): object {
  const matchExpressions = constraints.map((constraint) => {
    const found = requirement(constraint);
    if (found === undefined) throw new Error(`${place}: Kubernetes has nothing like ${constraint}`);
    return found;
  });
  if (matchExpressions.length === 0) return {};
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions }],
        },
      },
    },
  };
}
