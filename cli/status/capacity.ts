import type { Amount, NodeFacts } from "./facts";

/** What is reserved of what there is, for CPUs or memory. */
export interface Reserved {
  readonly reserved: number;
  readonly had: number;
}

export interface Capacity {
  readonly cpus: Reserved;
  readonly memoryBytes: Reserved;
  /** With the node lost that leaves the least room; absent where there is only one. */
  readonly withoutOne?: {
    /** The node whose loss hurts most. */
    readonly node: string;
    readonly cpus: Reserved;
    readonly memoryBytes: Reserved;
    /** What is reserved has room on the others. By sums: whether each single task finds a place is not looked at. */
    readonly fits: boolean;
  };
}

type Unit = keyof Amount;

/** How much of the nodes that take work is reserved, now and with any one of them lost. `undefined` where none takes work. */
export function capacityOf(nodes: readonly NodeFacts[]): Capacity | undefined {
  const working = nodes.filter(({ isReady, takesWork }) => isReady && takesWork);
  if (working.length === 0) return undefined;
  const now = (unit: Unit): Reserved => ({
    reserved: sum(working.map(({ reserved }) => reserved[unit])),
    had: sum(working.map(({ has }) => has[unit])),
  });
  const [cpus, memoryBytes] = [now("cpus"), now("memoryBytes")];
  const losses = working.map((lost) => {
    // What every node has one of goes with the node; all else moves.
    const after = (unit: Unit, { reserved, had }: Reserved): Reserved => ({
      reserved: reserved - lost.reservedByEach[unit],
      had: had - lost.has[unit],
    });
    const rest = { cpus: after("cpus", cpus), memoryBytes: after("memoryBytes", memoryBytes) };
    return { node: lost.name, ...rest, fits: fits(rest.cpus) && fits(rest.memoryBytes) };
  });
  const [worst] = [...losses].sort(
    (a, b) => tightness(b) - tightness(a) || a.node.localeCompare(b.node),
  );
  return {
    cpus,
    memoryBytes,
    ...(working.length > 1 && worst !== undefined && { withoutOne: worst }),
  };
}

/** Share of what there is; what needs room where there is none needs endlessly much. */
export function shareOf({ reserved, had }: Reserved): number {
  return had > 0 ? reserved / had : reserved > 0 ? Infinity : 0;
}

function fits(one: Reserved): boolean {
  return shareOf(one) <= 1;
}

function tightness({ cpus, memoryBytes }: Record<Unit, Reserved>): number {
  return Math.max(shareOf(cpus), shareOf(memoryBytes));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
