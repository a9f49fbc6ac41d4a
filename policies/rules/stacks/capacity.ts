import { stackRule } from "../../core/rule";
import { ofKind, type Amounts, type Stack, type Workload } from "../../core/subjects";
import { running } from "../containers";
import { fewestOf, objectsOf, scaledBy } from "../kubernetesObjects";

const mebibyte = 2 ** 20;

export default stackRule({
  id: "SLW-STK-003",
  title: "All tasks have room when the largest node is lost",
  severity: "medium",
  rationale:
    "Otherwise the loss of one node is the loss of services, or of the memory of those that are left.",
  remedy: "Lower limits or replicas, or add a node to the cluster.",
  references: [{ source: "NSA", name: "Resource policies" }],
  parameters: {
    cpuOvercommit: {
      kind: "number",
      default: 4,
      min: 1,
      max: 100,
      meaning: "how many times the CPU that is there may be promised",
    },
    memoryOvercommit: {
      kind: "number",
      default: 1,
      min: 1,
      max: 10,
      meaning: "how many times the memory that is there may be promised",
    },
  },
  check: (stack, { cpuOvercommit, memoryOvercommit }, report) => {
    const { outputs } = stack;
    const sizes = outputs
      .at("capacity")
      .items()
      .map((node) => ({
        cpus: node.at("cpus").number() ?? 0,
        memoryMiB: node.at("memoryMiB").number() ?? 0,
      }));
    // A cluster's own stack, or one that an older release has deployed.
    if (sizes.length === 0) return;
    const left = (of: (size: (typeof sizes)[number]) => number) =>
      sizes.reduce((sum, size) => sum + of(size), 0) - Math.max(...sizes.map(of));
    const wanted = ofKind(stack, "workload")
      .filter(({ isJob }) => !isJob)
      .map((workload) => demand(workload, tasksOf(stack, workload, sizes.length - 1)));
    const sum = (of: (amounts: Amounts) => number | undefined) =>
      wanted.reduce((total, amounts) => total + (of(amounts) ?? 0), 0);
    const cpus = sum((amounts) => amounts.cpus);
    const memoryMiB = sum((amounts) => amounts.memoryBytes) / mebibyte;
    const room = {
      cpus: left((s) => s.cpus) * cpuOvercommit,
      memoryMiB: left((s) => s.memoryMiB) * memoryOvercommit,
    };
    if (cpus > room.cpus)
      report(
        `limits add up to ${round(cpus)} CPUs; with one node lost there is room for ${round(room.cpus)}`,
      );
    if (memoryMiB > room.memoryMiB)
      report(
        `limits add up to ${round(memoryMiB)} MiB; with one node lost there is room for ${round(room.memoryMiB)}`,
      );
  },
});

/**
 * Tasks of a service while a node is lost, where a global one has none: as many as it says, where an autoscaler decides as many
 * as that never goes below, and otherwise the API server's default.
 */
function tasksOf(stack: Stack, workload: Workload, nodes: number): number {
  if (workload.isGlobal()) return nodes;
  const said = workload.replicas();
  if (said !== undefined) return said;
  const scalers = objectsOf(stack, "HorizontalPodAutoscaler", workload.pod?.namespace);
  const own = scalers.filter((scaler) => scaledBy(scaler) === workload.called);
  return Math.max(1, ...own.map(fewestOf));
}

/** Limits of all tasks of a service. */
function demand(workload: Workload, tasks: number): Amounts {
  const limits = running(workload).map((container) => container.limits());
  const total = (of: (amounts: Amounts) => number | undefined) =>
    limits.reduce((sum, amounts) => sum + (of(amounts) ?? 0), 0) * tasks;
  return { cpus: total((a) => a.cpus), memoryBytes: total((a) => a.memoryBytes) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
