/** Nanoseconds per unit, by the letters of Go and Compose. */
const durationUnits: Readonly<Record<string, number>> = {
  ns: 1,
  µs: 1e3,
  us: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Nanoseconds of a Compose duration such as `10s` or `1m30s`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) return undefined;
  return Math.round(
    parts.reduce(
      (sum, [, number, unit]) => sum + Number(number) * (durationUnits[unit ?? ""] ?? 0),
      0,
    ),
  );
}

/** A duration in the largest unit that holds it exactly: `90s`, `1h`, `0s`. */
export function renderDuration(nanoseconds: number): string {
  if (nanoseconds === 0) return "0s";
  const units = Object.entries(durationUnits).reverse();
  const [unit, size] = units.find(([, candidate]) => nanoseconds % candidate === 0) ?? ["ns", 1];
  return `${nanoseconds / size}${unit}`;
}

const byteUnits = ["b", "k", "m", "g", "t"];

/** Bytes of a Compose size such as `64M`, `64mb` or `1.5g` (steps of 1024); undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:(b)|([kmgt])(?:i?b)?)?$/i.exec(text);
  if (match === null) return undefined;
  const power = byteUnits.indexOf((match[3] ?? "b").toLowerCase());
  return Math.round(Number(match[1]) * 1024 ** power);
}
