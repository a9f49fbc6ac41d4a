import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-VM-003",
  title: "Machines have a sensible size",
  severity: "low",
  rationale:
    "What is too small falls over, what is too large can't be moved and is paid for all the same.",
  remedy: "Correct numCpus and memoryMiB of the node pool.",
  references: [{ source: "NSA", name: "Resource policies" }],
  parameters: {
    minCpus: { kind: "number", default: 1, min: 1, max: 512, meaning: "fewest CPUs" },
    maxCpus: { kind: "number", default: 32, min: 1, max: 512, meaning: "most CPUs" },
    minMemoryMiB: {
      kind: "number",
      default: 1024,
      min: 256,
      max: 8_388_608,
      meaning: "least memory, MiB",
    },
    maxMemoryMiB: {
      kind: "number",
      default: 262_144,
      min: 256,
      max: 8_388_608,
      meaning: "most memory, MiB",
    },
    minMiBPerCpu: {
      kind: "number",
      default: 512,
      min: 128,
      max: 1_048_576,
      meaning: "least memory for each CPU, MiB",
    },
    maxMiBPerCpu: {
      kind: "number",
      default: 16_384,
      min: 128,
      max: 1_048_576,
      meaning: "most memory for each CPU, MiB",
    },
  },
  on: ["machine"],
  check: (machine, bounds, report) => {
    const [cpus, memory] = [machine.cpus(), machine.memoryMiB()];
    if (cpus === undefined || memory === undefined) {
      report("leaves its size to the template");
      return;
    }
    const between = (what: string, value: number, min: number, max: number) => {
      if (value < min || value > max) report(`has ${value} ${what}; it should be ${min} to ${max}`);
    };
    between("CPUs", cpus, bounds.minCpus, bounds.maxCpus);
    between("MiB of memory", memory, bounds.minMemoryMiB, bounds.maxMemoryMiB);
    between(
      "MiB for each CPU",
      Math.round(memory / cpus),
      bounds.minMiBPerCpu,
      bounds.maxMiBPerCpu,
    );
  },
});
