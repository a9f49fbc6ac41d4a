import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { at } from "../containers";

export default resourceRule({
  id: "SLW-APP-008",
  title: "No container is privileged",
  severity: "critical",
  rationale: "A privileged container is root on its node, with all devices.",
  remedy: "Take `privileged` away, and add the one capability that is needed.",
  references: [
    { source: "CIS Docker", name: "5.5 Ensure that privileged containers are not used" },
    { source: "CIS Kubernetes", name: "5.2.2 Minimize the admission of privileged containers" },
    { source: "Pod Security", name: "Privileged Containers" },
    { source: "KubeLinter", name: "privileged-container" },
    { source: "KubeLinter", name: "unsafe-proc-mount" },
    { source: "Polaris", name: "runAsPrivileged" },
    { source: "kube-score", name: "container-security-context-privileged" },
    { source: "Polaris", name: "procMount" },
  ],
  on: ["workload"],
  check: (workload, _, report) => {
    lookAtEach(workload.containers(), (container) => {
      if (container.isPrivileged()) report(`${at(workload, container)}is privileged`);
      if (container.procMount() === "Unmasked")
        report(`${at(workload, container)}sees all of /proc (procMount: Unmasked)`);
    });
  },
  admission: () => [
    {
      expression:
        "variables.containers.all(c, !has(c.securityContext) || !has(c.securityContext.privileged) || !c.securityContext.privileged)",
      message: "no container may be privileged",
    },
    {
      expression:
        "variables.containers.all(c, !has(c.securityContext) || !has(c.securityContext.procMount) || c.securityContext.procMount != 'Unmasked')",
      message: "no container may see all of /proc",
    },
  ],
});
