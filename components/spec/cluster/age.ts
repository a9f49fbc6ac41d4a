/** Milliseconds per unit of an age. */
const units: Readonly<Record<string, number>> = {
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** Milliseconds of an age such as `12h`, `30d` or `4w`; undefined for anything else, a number without a unit too. */
export function parseAge(text: string): number | undefined {
  const [, number = "", unit = ""] = /^([1-9]\d{0,5})([hdw])$/.exec(text) ?? [];
  const size = units[unit];
  return size === undefined ? undefined : Number(number) * size;
}
