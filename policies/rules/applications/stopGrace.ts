import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-APP-024",
  title: "Services get a sensible time to stop",
  severity: "low",
  rationale:
    "Without time to stop, requests are lost with every update; with too much, a drain and a rollout take for ever.",
  remedy: "Set stop_grace_period to what the longest request takes.",
  references: [{ source: "Polaris", name: "terminationGracePeriodSeconds (custom checks)" }],
  parameters: {
    min: { kind: "number", default: 1, min: 0, max: 3600, meaning: "seconds, at least" },
    max: { kind: "number", default: 600, min: 1, max: 86_400, meaning: "seconds, at most" },
  },
  on: ["workload"],
  appliesTo: ({ isJob }) => !isJob,
  check: (workload, { min, max }, report) => {
    const grace = workload.stopGraceSeconds();
    if (grace !== undefined && (grace < min || grace > max))
      report(`has ${grace} s to stop; it should be ${min} to ${max}`);
  },
  admission: ({ min, max }) => [
    {
      expression: `variables.isJob || !has(variables.podSpec.terminationGracePeriodSeconds) || (variables.podSpec.terminationGracePeriodSeconds >= ${min} && variables.podSpec.terminationGracePeriodSeconds <= ${max})`,
      message: `a pod must have ${min} to ${max} seconds to stop`,
    },
  ],
});
