/** What parts of the platform cost while nobody asks anything of them. */

/** One container, at a moment. */
export interface Sample {
  /** Service of a Swarm, or namespace and container of a pod. */
  readonly part: string;
  /** Which container it is, among all machines. */
  readonly id: string;
  /** When it was looked at, seconds. */
  readonly at: number;
  /** CPU time that it has used, seconds. */
  readonly cpuSeconds: number;
  /** Memory that the kernel can't take back, MiB. */
  readonly memoryMiB: number;
}

export interface Cost {
  readonly part: string;
  readonly containers: number;
  /** Of a CPU, thousandths. */
  readonly milliCpus: number;
  readonly memoryMiB: number;
}

/**
 * Costs by part, of the containers that were there at both moments.
 *
 * @throws where a container has no time between its two samples: the kubelet measures only every ten seconds or so.
 */
export function costsOf(before: readonly Sample[], after: readonly Sample[]): readonly Cost[] {
  const earlier = new Map(before.map((sample) => [sample.id, sample]));
  const costs = new Map<string, Cost>();
  for (const { part, id, at, cpuSeconds, memoryMiB } of after) {
    const first = earlier.get(id);
    if (first === undefined) continue;
    if (at <= first.at) throw new Error(`${part}: no time has passed between two samples of ${id}`);
    const { containers, milliCpus, memoryMiB: sum } = costs.get(part) ?? nothing(part);
    costs.set(part, {
      part,
      containers: containers + 1,
      milliCpus: milliCpus + (1000 * (cpuSeconds - first.cpuSeconds)) / (at - first.at),
      memoryMiB: sum + memoryMiB,
    });
  }
  return [...costs.values()].sort((a, b) => (a.part < b.part ? -1 : 1));
}

function nothing(part: string): Cost {
  return { part, containers: 0, milliCpus: 0, memoryMiB: 0 };
}

export function total(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (sum, { containers, milliCpus, memoryMiB }) => ({
      part: "all",
      containers: sum.containers + containers,
      milliCpus: sum.milliCpus + milliCpus,
      memoryMiB: sum.memoryMiB + memoryMiB,
    }),
    nothing("all"),
  );
}

/**
 * Whether two windows tell the same, within a fifth: what has just started is still busy with that, and what is at rest has
 * something to do each minute or two all the same.
 */
export function isSettled(one: readonly Cost[], other: readonly Cost[]): boolean {
  const [a, b] = [total(one).milliCpus, total(other).milliCpus];
  return Math.abs(a - b) <= Math.max(a, b) * 0.2;
}

/** A table for docs/benchmarks.md: a row for each part, two columns for each phase. */
export function costTable(phases: ReadonlyMap<string, readonly Cost[]>): string {
  const names = [...phases.keys()];
  const withTotal = new Map([...phases].map(([name, costs]) => [name, [...costs, total(costs)]]));
  const parts = [...new Set([...phases.values()].flat().map(({ part }) => part)), "all"];
  const cells = (part: string) =>
    names.flatMap((name) => {
      const cost = withTotal.get(name)?.find((each) => each.part === part);
      return cost === undefined
        ? ["", ""]
        : [`${cost.milliCpus.toFixed(1)} m`, `${cost.memoryMiB.toFixed(0)} MiB`];
    });
  return [
    ["part", ...names.flatMap((name) => [`CPU, ${name}`, `memory, ${name}`])],
    ["---", ...names.flatMap(() => ["---:", "---:"])],
    ...parts.map((part) => [part, ...cells(part)]),
  ]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}
