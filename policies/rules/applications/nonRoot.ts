import { isRoot } from "../../layers/swarm";
import { resourceRule } from "../../core/rule";
import { lookAtEachInTime } from "../../core/value";
import { at } from "../containers";

export default resourceRule({
  id: "SLW-APP-012",
  title: "Containers do not run as root",
  severity: "high",
  rationale: "Root in a container is root on the node the moment that anything lets it out.",
  remedy: "Give the service a `user`, by number, or the image a USER.",
  references: [
    { source: "CIS Docker", name: "4.1 Ensure that a user for the container has been created" },
    { source: "CIS Kubernetes", name: "5.2.7 Minimize the admission of root containers" },
    { source: "NSA", name: "Non-root containers" },
    { source: "Pod Security", name: "Running as Non-root" },
    { source: "KubeLinter", name: "run-as-non-root" },
    { source: "Polaris", name: "runAsRootAllowed" },
    { source: "kube-score", name: "container-security-context-user-group-id" },
  ],
  on: ["workload"],
  asks: true,
  check: (workload, _, report, ask) =>
    lookAtEachInTime(workload.containers(), async (container) => {
      const known = container.runsAsRoot();
      if (known === true) report(`${at(workload, container)}runs as root`);
      if (known !== undefined) return;
      // It names nobody: the image decides.
      const { user } = await ask.image(container.image());
      if (isRoot(user) ?? true)
        report(`${at(workload, container)}names no user, and its image runs as root`);
    }),
  admission: () => [
    {
      expression: `variables.containers.all(c, (${ofOwn("runAsUser")}) ? c.securityContext.runAsUser != 0 : ((${ofPod("runAsUser")}) ? variables.podSpec.securityContext.runAsUser != 0 : ((${ofOwn("runAsNonRoot")}) ? c.securityContext.runAsNonRoot : ((${ofPod("runAsNonRoot")}) && variables.podSpec.securityContext.runAsNonRoot))))`,
      message: "a container must name a user that is not root, or runAsNonRoot",
    },
  ],
});

/** The container's own setting goes before the pod's. */
function ofOwn(field: string): string {
  return `has(c.securityContext) && has(c.securityContext.${field})`;
}

function ofPod(field: string): string {
  return `has(variables.podSpec.securityContext) && has(variables.podSpec.securityContext.${field})`;
}
