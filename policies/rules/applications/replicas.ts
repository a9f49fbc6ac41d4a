import { resourceRule } from "../../core/rule";
import type { SubjectOf } from "../../core/subjects";
import { fewestOf } from "../kubernetesObjects";

export default resourceRule({
  id: "SLW-APP-017",
  title: "Services have enough tasks to lose one",
  severity: "high",
  rationale:
    "A service with one task is gone with its node, and stands still for each update and each drain.",
  remedy: "Set deploy.replicas; exempt what keeps data on one node, with the reason.",
  references: [
    { source: "NSA", name: "Availability of applications" },
    { source: "KubeLinter", name: "minimum-three-replicas" },
    { source: "Polaris", name: "deploymentMissingReplicas" },
    { source: "kube-score", name: "deployment-replicas" },
  ],
  parameters: {
    min: { kind: "number", default: 2, min: 1, max: 100, meaning: "fewest tasks of a service" },
  },
  on: ["workload", "other"],
  appliesTo: (subject) =>
    subject.kind === "workload" ? !subject.isJob : subject.object === "HorizontalPodAutoscaler",
  check: (subject: SubjectOf<"workload" | "other">, { min }, report) => {
    const replicas = fewest(subject);
    // The nodes decide, or an autoscaler, which is asked by itself.
    if (replicas !== undefined && replicas < min)
      report(`has ${replicas} ${replicas === 1 ? "task" : "tasks"}, fewer than ${min}`);
  },
});

function fewest(subject: SubjectOf<"workload" | "other">): number | undefined {
  if (subject.kind === "other") return fewestOf(subject);
  return subject.isGlobal() ? undefined : subject.replicas();
}
