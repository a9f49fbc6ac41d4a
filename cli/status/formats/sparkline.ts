/**
 * Small plots: a line without axes, as wide as a word. Made by hand: a plotting library wants a script in the page or a
 * document to draw into, for what is one path.
 */

type Values = readonly (number | null)[];

interface Scale {
  /** What the top stands for; the bottom is nought. Default, and where it is passed: the highest value. */
  readonly ceiling?: number;
}

function topOf(values: Values, ceiling = Number.MIN_VALUE): number {
  return Math.max(...values.map((value) => value ?? 0), ceiling);
}

const size = { width: 180, height: 40, margin: 2 } as const;

/** A plot as SVG. Where there is no value there is a gap. @param label what those hear who don't see it, escaped */
export function sparkline(
  values: Values,
  { label, ceiling }: Scale & { readonly label: string },
): string {
  const { width, height, margin } = size;
  const highest = topOf(values, ceiling);
  const x = (index: number) => round((index / Math.max(values.length - 1, 1)) * width);
  const y = (value: number) => round(height - margin - (value / highest) * (height - 2 * margin));
  const lines = runsOf(values).map(({ start, points }) => {
    const [first = 0] = points;
    // A single point is a line of no length, which round ends show as a dot.
    const rest = points.length === 1 ? points : points.slice(1);
    const steps = rest.map(
      (value, index) => `L${x(start + (points.length === 1 ? 0 : index + 1))} ${y(value)}`,
    );
    return `M${x(start)} ${y(first)}${steps.join("")}`;
  });
  return `<svg class="spark" role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none"><path d="${lines.join("")}"/></svg>`;
}

/** The same for a terminal, in blocks. @param length how many blocks at most */
export function blocks(
  values: Values,
  { ceiling, length = 24 }: Scale & { readonly length?: number } = {},
): string {
  const highest = topOf(values, ceiling);
  const count = Math.min(length, values.length);
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [index, index + 1].map((edge) => Math.floor((edge * values.length) / count));
    const part = values.slice(from, to).filter((value) => value !== null);
    if (part.length === 0) return " ";
    const share = Math.max(...part) / highest;
    return "▁▂▃▄▅▆▇█"[Math.min(7, Math.floor(Math.max(0, share) * 8))] ?? " ";
  }).join("");
}

interface Run {
  readonly start: number;
  readonly points: readonly number[];
}

/** Values that follow each other without a gap. */
function runsOf(values: Values): readonly Run[] {
  const runs: { start: number; points: number[] }[] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.start + last.points.length === index) last.points.push(value);
    else runs.push({ start: index, points: [value] });
  }
  return runs;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
