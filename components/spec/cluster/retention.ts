/** Hours per unit of an age. */
const hours: Readonly<Record<string, number>> = { h: 1, d: 24, w: 7 * 24, y: 365 * 24 };
/** MiB per unit of a size. */
const mebibytes: Readonly<Record<string, number>> = { MiB: 1, GiB: 1024, TiB: 1024 * 1024 };

/** What may be filled of a volume: Prometheus writes the next block before it removes the oldest, OpenSearch merges files. */
const share = 0.8;

/** Hours of an age such as `15d`; undefined for anything else, a number without a unit too. */
export function parseRetentionTime(text: string): number | undefined {
  const [, number = "", unit = ""] = /^([1-9]\d{0,5})([hdwy])$/.exec(text) ?? [];
  const size = hours[unit];
  return size === undefined ? undefined : Number(number) * size;
}

/** MiB of a size such as `16GiB`; undefined for anything else, a number without a unit too. */
export function parseRetentionSize(text: string): number | undefined {
  const [, number = "", unit = ""] = /^([1-9]\d{0,6}) ?([MGT]iB)$/.exec(text) ?? [];
  const size = mebibytes[unit];
  return size === undefined ? undefined : Number(number) * size;
}

/** MiB that metrics or lines may take of a volume. */
export function mostKeptMiB(sizeGiB: number): number {
  return Math.floor(sizeGiB * 1024 * share);
}

/** A size as Prometheus' flag takes it: its MB are powers of 1024. */
export function prometheusSize(mebibytes: number): string {
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}GB` : `${mebibytes}MB`;
}
