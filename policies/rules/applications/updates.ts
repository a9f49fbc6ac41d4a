import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-APP-019",
  title: "An update that fails does not take the service with it",
  severity: "high",
  rationale: "A version that does not start must never replace one that works, task after task.",
  remedy:
    "On a Swarm, set update_config.failure_action: rollback; on Kubernetes, use RollingUpdate.",
  references: [
    { source: "KubeLinter", name: "no-rolling-update-strategy" },
    { source: "kube-score", name: "deployment-strategy" },
  ],
  on: ["workload"],
  appliesTo: ({ isJob }) => !isJob,
  check: (workload, _, report) => {
    const failure = workload.updateFailure();
    if (failure === "goes on") report("an update goes on although new tasks fail");
    else if (failure === "stops" && workload.layer === "Swarm")
      report("an update that fails stays half done, and nothing brings back what ran before");
  },
  admission: () => [
    {
      expression:
        "(!has(object.spec.strategy) || !has(object.spec.strategy.type) || object.spec.strategy.type == 'RollingUpdate') && (!has(object.spec.updateStrategy) || !has(object.spec.updateStrategy.type) || object.spec.updateStrategy.type == 'RollingUpdate')",
      message: "updates must be rolling ones",
    },
    {
      expression: ["strategy", "updateStrategy"].map(leavesSome).join(" && "),
      message: "an update must leave some pods of before",
    },
  ],
});

/** In CEL: not all pods at once. */
function leavesSome(field: string): string {
  const rolling = `object.spec.${field}.rollingUpdate`;
  return `(!has(object.spec.${field}) || !has(${rolling}) || !has(${rolling}.maxUnavailable) || ${rolling}.maxUnavailable != '100%')`;
}
