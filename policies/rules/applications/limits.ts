import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { at, isSome, running } from "../containers";

export default resourceRule({
  id: "SLW-APP-004",
  title: "Containers have limits of CPU and memory",
  severity: "high",
  rationale: "A leak or a loop in one container takes its node, and all that runs there, with it.",
  remedy: "Set deploy.resources.limits: { cpus, memory } of the service.",
  references: [
    { source: "CIS Docker", name: "5.11 Ensure that the memory usage for containers is limited" },
    {
      source: "CIS Docker",
      name: "5.12 Ensure that CPU priority is set appropriately on containers",
    },
    { source: "KubeLinter", name: "unset-cpu-requirements" },
    { source: "KubeLinter", name: "unset-memory-requirements" },
    { source: "Polaris", name: "cpuLimitsMissing" },
    { source: "Polaris", name: "memoryLimitsMissing" },
    { source: "kube-score", name: "container-resources" },
  ],
  parameters: {
    cpu: { kind: "flag", default: true, meaning: "CPU must be limited as well as memory" },
  },
  on: ["workload"],
  check: (workload, { cpu }, report) => {
    lookAtEach(running(workload), (container) => {
      const { cpus, memoryBytes } = container.limits();
      const missing = [
        ...(cpu && cpus === undefined ? ["CPU"] : []),
        ...(memoryBytes === undefined ? ["memory"] : []),
      ];
      if (missing.length > 0)
        report(`${at(workload, container)}has no limit of ${missing.join(" and ")}`);
    });
  },
  admission: ({ cpu }) => [
    {
      expression: `variables.running.all(c, has(c.resources) && has(c.resources.limits) && ${(cpu ? ["memory", "cpu"] : ["memory"]).map((what) => isSome("c.resources.limits", what)).join(" && ")})`,
      message: `a container must have limits of ${cpu ? "CPU and " : ""}memory`,
    },
  ],
});
