import { resourceRule } from "../../core/rule";

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
  on: ["workload"],
  appliesTo: (workload) => !workload.isJob,
  check: (workload, { min }, report) => {
    if (workload.isGlobal()) return;
    const replicas = workload.replicas();
    // An autoscaler decides, or the API server's default.
    if (replicas !== undefined && replicas < min)
      report(`has ${replicas} ${replicas === 1 ? "task" : "tasks"}, fewer than ${min}`);
  },
});
