/** One figure of a benchmark: ours, the peer's in the same run, and their ratio. */
export interface Figure {
  readonly name: string;
  readonly ours: number;
  /** Absent where nothing comparable exists. */
  readonly peer?: number;
  readonly unit: string;
}

/** One JSON line per figure, on standard output; everything else a benchmark says goes to standard error. */
export function print(figure: Figure): void {
  const { name, ours, peer, unit } = figure;
  const round = (value: number) => Number(value.toPrecision(4));
  const ratio = peer === undefined || peer === 0 ? undefined : round(ours / peer);
  const line = {
    name,
    ours: round(ours),
    peer: peer === undefined ? undefined : round(peer),
    ratio,
    unit,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 1 ? middle : middle - 1];
  if (upper === undefined || lower === undefined) throw new Error("no measurement was taken");
  return (lower + upper) / 2;
}
