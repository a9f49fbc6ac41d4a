import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { at, running } from "../containers";

export default resourceRule({
  id: "SLW-APP-013",
  title: "Root file systems are read-only",
  severity: "medium",
  rationale:
    "An intruder can leave no program there, and what a container writes outside of its volumes is lost anyway.",
  remedy: "Set `read_only: true`, with `tmpfs` or a volume where it has to write.",
  references: [
    {
      source: "CIS Docker",
      name: "5.13 Ensure that the container's root filesystem is mounted as read only",
    },
    { source: "NSA", name: "Immutable container file systems" },
    { source: "KubeLinter", name: "no-read-only-root-fs" },
    { source: "Polaris", name: "notReadOnlyRootFilesystem" },
    { source: "kube-score", name: "container-security-context-readonlyrootfilesystem" },
  ],
  on: ["workload"],
  check: (workload, _, report) => {
    lookAtEach(running(workload), (container) => {
      if (!container.hasReadOnlyRoot())
        report(`${at(workload, container)}can write to its root file system`);
    });
  },
  admission: () => [
    {
      expression:
        "variables.running.all(c, has(c.securityContext) && has(c.securityContext.readOnlyRootFilesystem) && c.securityContext.readOnlyRootFilesystem)",
      message: "a container's root file system must be read-only",
    },
  ],
});
