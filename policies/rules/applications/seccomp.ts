import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { at } from "../containers";

export default resourceRule({
  id: "SLW-APP-027",
  title: "System calls are filtered",
  severity: "medium",
  rationale:
    "The calls that the filter holds back are those that break-outs are made with, and that no application needs.",
  remedy:
    "Set seccompProfile: { type: RuntimeDefault }; Slipway does, unless podSecurity is privileged.",
  references: [
    { source: "CIS Docker", name: "5.22 Ensure the default seccomp profile is not disabled" },
    {
      source: "CIS Kubernetes",
      name: "5.7.2 Ensure that the seccomp profile is set to docker/default",
    },
    { source: "NSA", name: "Hardening containers: seccomp" },
    { source: "Pod Security", name: "Seccomp" },
    { source: "Polaris", name: "linuxHardening" },
    { source: "kube-score", name: "container-seccomp-profile" },
  ],
  on: ["workload"],
  check: (workload, _, report) => {
    lookAtEach(workload.containers(), (container) => {
      if (container.seccomp() === "Unconfined")
        report(`${at(workload, container)}runs without a seccomp profile`);
    });
  },
  admission: () => [
    {
      expression:
        "variables.containers.all(c, (has(c.securityContext) && has(c.securityContext.seccompProfile)) ? c.securityContext.seccompProfile.type != 'Unconfined' : " +
        "(has(variables.podSpec.securityContext) && has(variables.podSpec.securityContext.seccompProfile) && variables.podSpec.securityContext.seccompProfile.type != 'Unconfined'))",
      message: "a container must have a seccomp profile",
    },
  ],
});
