import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { at } from "../containers";

export default resourceRule({
  id: "SLW-APP-026",
  title: "No process gets more rights than its parent",
  severity: "high",
  rationale: "A program with the set-user-ID bit makes root of anybody.",
  remedy:
    "On Kubernetes, leave podSecurity at baseline or restricted: it sets allowPrivilegeEscalation: false.",
  references: [
    {
      source: "CIS Docker",
      name: "5.26 Ensure that the container is restricted from acquiring additional privileges",
    },
    {
      source: "CIS Kubernetes",
      name: "5.2.6 Minimize the admission of containers with allowPrivilegeEscalation",
    },
    { source: "Pod Security", name: "Privilege Escalation" },
    { source: "KubeLinter", name: "privilege-escalation-container" },
    { source: "Polaris", name: "privilegeEscalationAllowed" },
  ],
  on: ["workload"],
  // Services of a Swarm have no such setting (API 1.41).
  appliesTo: ({ layer }) => layer === "Kubernetes",
  check: (workload, _, report) => {
    lookAtEach(workload.containers(), (container) => {
      if (container.canEscalate() === true)
        report(`${at(workload, container)}allows privilege escalation`);
    });
  },
  admission: () => [
    {
      expression:
        "variables.containers.all(c, has(c.securityContext) && has(c.securityContext.allowPrivilegeEscalation) && !c.securityContext.allowPrivilegeEscalation)",
      message: "a container must set allowPrivilegeEscalation: false",
    },
  ],
});
