/** One figure of a benchmark: ours, the peer's in the same run, and their ratio. */
export interface Figure {
  readonly name: string;
  readonly ours: number;
  /** Absent where nothing comparable exists. */
  readonly peer?: number;
  readonly unit: string;
}

/** One line of JSON. */
export function render({ name, ours, peer, unit }: Figure): string {
  const round = (value: number) => Number(value.toPrecision(4));
  const ratio = peer === undefined || peer === 0 ? undefined : round(ours / peer);
  const line = {
    name,
    ours: round(ours),
    peer: peer === undefined ? undefined : round(peer),
    ratio,
    unit,
  };
  return JSON.stringify(line);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 1 ? middle : middle - 1];
  if (upper === undefined || lower === undefined) throw new Error("no measurement was taken");
  return (lower + upper) / 2;
}
