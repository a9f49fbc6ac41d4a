import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { at, running } from "../containers";

export default resourceRule({
  id: "SLW-APP-007",
  title: "Services say when they hang",
  severity: "medium",
  rationale: "A process that hangs holds its place and its requests until somebody notices.",
  remedy: "Give the service a healthcheck, or x-slipway.liveness.",
  references: [
    {
      source: "CIS Docker",
      name: "4.6 Ensure that HEALTHCHECK instructions have been added to container images",
    },
    { source: "KubeLinter", name: "no-liveness-probe" },
    { source: "Polaris", name: "livenessProbeMissing" },
    { source: "kube-score", name: "pod-probes" },
  ],
  on: ["workload"],
  appliesTo: ({ isJob }) => !isJob,
  check: (workload, _, report) => {
    lookAtEach(running(workload), (container) => {
      if (!container.hasLiveness())
        report(`${at(workload, container)}has nothing that tells when it hangs`);
    });
  },
  admission: () => [
    {
      expression: "variables.isJob || variables.running.all(c, has(c.livenessProbe))",
      message: "a container must have a livenessProbe",
    },
  ],
});
