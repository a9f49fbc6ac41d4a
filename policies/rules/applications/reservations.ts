import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { at, isSome, running } from "../containers";

export default resourceRule({
  id: "SLW-APP-005",
  title: "Containers reserve the CPU and memory that they need",
  severity: "medium",
  rationale:
    "The scheduler places by what is reserved. What reserves nothing is put on nodes that have nothing left, and is the first to be put out.",
  remedy: "Set deploy.resources.reservations: { cpus, memory } of the service.",
  references: [
    { source: "KubeLinter", name: "unset-cpu-requirements" },
    { source: "KubeLinter", name: "unset-memory-requirements" },
    { source: "Polaris", name: "cpuRequestsMissing" },
    { source: "Polaris", name: "memoryRequestsMissing" },
    { source: "kube-score", name: "container-resources" },
  ],
  parameters: {
    cpu: { kind: "flag", default: true, meaning: "CPU must be reserved as well as memory" },
  },
  on: ["workload"],
  check: (workload, { cpu }, report) => {
    lookAtEach(running(workload), (container) => {
      const { cpus, memoryBytes } = container.reservations();
      const missing = [
        ...(cpu && cpus === undefined ? ["CPU"] : []),
        ...(memoryBytes === undefined ? ["memory"] : []),
      ];
      if (missing.length > 0)
        report(`${at(workload, container)}reserves no ${missing.join(" and no ")}`);
    });
  },
  admission: ({ cpu }) => [
    {
      expression: `variables.running.all(c, has(c.resources) && ${[
        "memory",
        ...(cpu ? ["cpu"] : []),
      ]
        .map(
          (what) =>
            `((has(c.resources.requests) && ${isSome("c.resources.requests", what)}) || (has(c.resources.limits) && ${isSome("c.resources.limits", what)}))`,
        )
        .join(" && ")})`,
      message: `a container must reserve ${cpu ? "CPU and " : ""}memory`,
    },
  ],
});
