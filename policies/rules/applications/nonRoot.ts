import { isRoot } from "../../layers/swarm";
import { resourceRule } from "../../core/rule";
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
  check: async (workload, _, report, ask) => {
    for (const container of workload.containers()) {
      const known = container.runsAsRoot();
      if (known === true) report(`${at(workload, container)}runs as root`);
      if (known !== undefined) continue;
      // It names nobody: the image decides.
      const { user } = await ask.image(container.image());
      if (isRoot(user) ?? true)
        report(`${at(workload, container)}names no user, and its image runs as root`);
    }
  },
  admission: () => [
    {
      expression:
        "variables.containers.all(c, (has(c.securityContext) && has(c.securityContext.runAsUser)) ? c.securityContext.runAsUser != 0 : " +
        "((has(c.securityContext) && has(c.securityContext.runAsNonRoot) && c.securityContext.runAsNonRoot) || " +
        "(has(variables.podSpec.securityContext) && (has(variables.podSpec.securityContext.runAsUser) ? variables.podSpec.securityContext.runAsUser != 0 : " +
        "(has(variables.podSpec.securityContext.runAsNonRoot) && variables.podSpec.securityContext.runAsNonRoot)))))",
      message: "a container must name a user that is not root, or runAsNonRoot",
    },
  ],
});
