import { resourceRule } from "../../core/rule";

/** By its name or label, in CEL. */
const onOneNode = [
  "has(variables.podSpec.nodeName)",
  "(has(variables.podSpec.nodeSelector) && 'kubernetes.io/hostname' in variables.podSpec.nodeSelector)",
  "(has(variables.podSpec.affinity) && has(variables.podSpec.affinity.nodeAffinity) && has(variables.podSpec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution) && variables.podSpec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.size() == 1 && variables.podSpec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.all(t, has(t.matchExpressions) && t.matchExpressions.exists(e, e.key == 'kubernetes.io/hostname' && e.operator == 'In' && has(e.values) && e.values.size() == 1)))",
].join(" || ");

export default resourceRule({
  id: "SLW-APP-018",
  title: "The tasks of a service are spread over nodes",
  severity: "medium",
  rationale: "Tasks that share a node are lost together.",
  remedy:
    "Take the constraint to one node away; on Kubernetes, give the pods a topology spread or an anti-affinity.",
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
    {
      expression: `!has(object.spec.replicas) || object.spec.replicas < 2 || !(${onOneNode})`,
      message: "pods must not all go to one node",
    },
  ],
});
