import { resourceRule } from "../../core/rule";
import { isIngress } from "../within";

const firstUnprivileged = 1024;

export default resourceRule({
  id: "SLW-APP-020",
  title: "No application takes a port of the nodes below 1024",
  severity: "medium",
  rationale:
    "Those ports belong to the node and to the ingress; one application on 443 keeps all others from it.",
  remedy:
    "Let the ingress route to the service (x-slipway.ingress), or publish a port from 1024 up.",
  references: [
    { source: "CIS Docker", name: "5.8 Ensure privileged ports are not mapped within containers" },
    { source: "Pod Security", name: "Host Ports" },
    { source: "KubeLinter", name: "privileged-ports" },
    { source: "Polaris", name: "hostPortSet" },
    { source: "KubeLinter", name: "ssh-port" },
  ],
  on: ["workload"],
  appliesTo: (workload) => !isIngress(workload),
  check: (workload, _, report) => {
    for (const { port, protocol } of workload.ports()) {
      if (port !== undefined && port < firstUnprivileged)
        report(`takes port ${port}/${protocol} of its nodes`);
    }
  },
  admission: () => [
    {
      expression: `variables.containers.all(c, !has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0 || p.hostPort >= ${firstUnprivileged}))`,
      message: "no pod may take a port of its node below 1024",
    },
  ],
});
