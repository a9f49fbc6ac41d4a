import { cleanPath } from "../../core/hostPath";
import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { at } from "../containers";

/**
 * Of Docker, and of all that Kubernetes starts containers with, wherever below /run; RE2 and JavaScript read it alike. CEL
 * can't clean a path, so that strokes and dots in between count as nothing here.
 */
const socket =
  "^/([.]?/)*(var/([.]?/)*)?run/(.*/)?(docker|cri-dockerd|containerd|crio|podman|buildkitd)[.]sock$";

export default resourceRule({
  id: "SLW-APP-010",
  title: "No application has the socket of a container engine",
  severity: "critical",
  rationale:
    "Whoever has the socket starts containers as root on the node, on a Swarm's manager on every node. Read-only makes no difference.",
  remedy:
    "Ask the API through a filter that lets through what is needed, as Slipway's ingress does.",
  references: [
    {
      source: "CIS Docker",
      name: "5.32 Ensure that the Docker socket is not mounted inside any containers",
    },
    { source: "KubeLinter", name: "docker-sock" },
  ],
  on: ["workload"],
  check: (workload, _, report) => {
    lookAtEach(workload.containers(), (container) => {
      for (const { path } of container.hostPaths()) {
        if (new RegExp(socket).test(cleanPath(path)))
          report(`${at(workload, container)}mounts ${path}`);
      }
    });
  },
  admission: () => [
    {
      expression: `variables.hostPaths.all(p, !p.matches('${socket}'))`,
      message: "no pod may mount the socket of a container engine",
    },
  ],
});
