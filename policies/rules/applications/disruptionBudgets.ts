import { stackRule } from "../../core/rule";
import { ofKind } from "../../core/subjects";
import { objectsOf, selects } from "../kubernetesObjects";

export default stackRule({
  id: "SLW-APP-029",
  title: "Pods of a service have a disruption budget that can be kept",
  severity: "medium",
  rationale:
    "A drain evicts all pods of a service at once where no budget says how many may go; one that lets none go stops every drain.",
  remedy:
    "Slipway makes one for every service with at least two replicas; give others maxUnavailable: 1.",
  references: [
    { source: "KubeLinter", name: "pdb-max-unavailable" },
    { source: "KubeLinter", name: "pdb-min-available" },
    { source: "KubeLinter", name: "pdb-unhealthy-pod-eviction-policy" },
    { source: "Polaris", name: "missingPodDisruptionBudget" },
    { source: "Polaris", name: "pdbDisruptionsIsZero" },
    { source: "kube-score", name: "deployment-has-poddisruptionbudget" },
    { source: "kube-score", name: "statefulset-has-poddisruptionbudget" },
    { source: "kube-score", name: "poddisruptionbudget-has-policy" },
    { source: "Polaris", name: "pdbMinAvailableGreaterThanOrEqualToHPAMinReplicas" },
  ],
  check: (stack, _, report) => {
    for (const workload of ofKind(stack, "workload")) {
      const { pod, isJob } = workload;
      if (pod === undefined || isJob || workload.isGlobal()) continue;
      const replicas = workload.replicas() ?? 2;
      const budgets = objectsOf(stack, "PodDisruptionBudget", pod.namespace).filter((budget) =>
        selects(budget.resource.inputs.at("spec", "selector"), pod.labels()),
      );
      if (replicas >= 2 && budgets.length === 0) report("has no PodDisruptionBudget", workload);
      for (const { resource, called } of budgets) {
        const spec = resource.inputs.at("spec");
        const unavailable = spec.at("maxUnavailable").text();
        const available = spec.at("minAvailable").text();
        if (unavailable === undefined && available === undefined)
          report(`its PodDisruptionBudget ${called} sets no limit`, workload);
        const holdsAll =
          unavailable === "0" ||
          unavailable === "0%" ||
          available === "100%" ||
          (available !== undefined && kept(available, replicas) >= replicas);
        if (holdsAll)
          report(
            `its PodDisruptionBudget ${called} lets no pod go, so that no node can be drained`,
            workload,
          );
        if (spec.at("unhealthyPodEvictionPolicy").text() !== "AlwaysAllow")
          report(`its PodDisruptionBudget ${called} keeps pods that are not healthy`, workload);
      }
    }
  },
});

/** How many pods `2` or `99%` keeps: of a part, Kubernetes takes the next whole number. */
function kept(available: string, replicas: number): number {
  return available.endsWith("%")
    ? Math.ceil((parseFloat(available) * replicas) / 100)
    : Number(available);
}
