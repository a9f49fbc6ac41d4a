/** Milliseconds per unit of a span. */
const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/**
 * A moment as people name it: a span before now (`90s`, `15m`, `1h`, `2d`, `1w`), or a time (`2026-11-22`,
 * `2026-11-22T10:00`, with `Z` or an offset; without one it is the time of this machine).
 *
 * @returns undefined for anything else
 */
export function parseMoment(text: string, now: Date): Date | undefined {
  const [, number = "", unit = ""] = /^([1-9]\d{0,8})([smhdw])$/.exec(text) ?? [];
  const size = units[unit];
  if (size !== undefined) return new Date(now.getTime() - Number(number) * size);
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text))
    return undefined;
  // A day alone is UTC for Date, and this machine's for people.
  const date = new Date(text.length === 10 ? `${text}T00:00` : text.replace(" ", "T"));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** What `parseMoment` takes, in words. */
export const momentWords =
  "a span such as 90s, 15m, 1h, 2d or 1w, or a time such as 2026-11-22T10:00 or 2026-11-22T10:00:00Z";
