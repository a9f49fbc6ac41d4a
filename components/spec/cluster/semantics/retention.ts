import { quote } from "../../words";

/** What is wrong with an age that `parseRetentionTime` does not take. */
export function timeMistake(time: string | number): string {
  return /^\d+$/.test(String(time))
    ? `has no unit; got ${time}, write ${quote(`${time}d`)} for days, or use h for hours, w for weeks or y for years`
    : `must be an age with its unit, a whole number and h, d, w or y; got ${quote(time)}, for example "30d"`;
}

/** What is wrong with a size that `parseRetentionSize` does not take. */
export function sizeMistake(size: string | number): string {
  return /^\d+$/.test(String(size))
    ? `has no unit; got ${size}, write ${quote(`${size}GiB`)}, or use MiB or TiB`
    : `must be a size with its unit, a whole number and MiB, GiB or TiB; got ${quote(size)}, for example "16GiB"`;
}
