import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-APP-018",
  title: "The tasks of a service are spread over nodes",
  severity: "medium",
  rationale: "Tasks that share a node are lost together.",
  remedy:
    "On a Swarm, take the constraint to one node away; on Kubernetes, give the pods a topology spread or an anti-affinity.",
  references: [
    { source: "KubeLinter", name: "no-anti-affinity" },
    { source: "Polaris", name: "topologySpreadConstraint" },
    { source: "kube-score", name: "deployment-has-host-podantiaffinity" },
    { source: "kube-score", name: "statefulset-has-host-podantiaffinity" },
  ],
  on: ["workload"],
  appliesTo: (workload) => !workload.isJob,
  check: (workload, _, report) => {
    if (workload.isGlobal() || (workload.replicas() ?? 2) < 2) return;
    if (!workload.isSpread()) report("nothing keeps its tasks from being all on one node");
  },
  admission: () => [
    {
      expression:
        "!has(object.spec.replicas) || object.spec.replicas < 2 || has(variables.podSpec.topologySpreadConstraints) || (has(variables.podSpec.affinity) && has(variables.podSpec.affinity.podAntiAffinity))",
      message: "pods must be spread over nodes",
    },
  ],
});
