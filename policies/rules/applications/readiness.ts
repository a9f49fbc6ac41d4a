import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { at, running } from "../containers";

export default resourceRule({
  id: "SLW-APP-006",
  title: "Services say when they are ready",
  severity: "high",
  rationale:
    "Without it a rollout calls a service new that answers nobody yet, and requests are lost.",
  remedy: "Give the service a healthcheck, or x-slipway.readiness.",
  references: [
    { source: "CIS Docker", name: "5.27 Ensure that container health is checked at runtime" },
    { source: "KubeLinter", name: "no-readiness-probe" },
    { source: "Polaris", name: "readinessProbeMissing" },
    { source: "kube-score", name: "pod-probes" },
  ],
  on: ["workload"],
  appliesTo: ({ isJob }) => !isJob,
  check: (workload, _, report) => {
    lookAtEach(running(workload), (container) => {
      if (!container.hasReadiness())
        report(`${at(workload, container)}has nothing that tells when it is ready`);
    });
  },
  admission: () => [
    {
      expression: "variables.isJob || variables.running.all(c, has(c.readinessProbe))",
      message: "a container must have a readinessProbe",
    },
  ],
});
