import { error, type Finding } from "../../finding";
import type { Path } from "../../problem";
import { quote } from "../../words";
import type { ClusterDraft } from "../file";
import { mostKeptMiB, parseRetentionSize } from "../retention";

interface Keeper {
  /** `Prometheus`. */
  readonly program: string;
  readonly leastMiB: number;
  /** What must fit into that. */
  readonly leastReason: string;
  /** Of the volume. */
  readonly sizeGiB?: number;
}

/** A size up to which a program keeps things: with its unit, not too small for it, and with room on its volume. */
export function* checkRetentionSize(
  size: string | number,
  at: Path,
  { program, leastMiB, leastReason, sizeGiB }: Keeper,
  { orchestrator }: Pick<ClusterDraft, "orchestrator">,
): Iterable<Finding> {
  const mebibytes = parseRetentionSize(String(size));
  if (mebibytes === undefined) {
    yield error(at, sizeMistake(size));
    return;
  }
  if (mebibytes < leastMiB)
    yield error(
      at,
      `is too small: ${leastReason} must fit; got ${quote(size)}, use at least "${leastMiB}MiB"`,
    );
  if (sizeGiB === undefined || mebibytes <= mostKeptMiB(sizeGiB)) return;
  yield error(
    at,
    `is more than four fifths of storage.sizeGiB (${sizeGiB}), and ${program} needs the rest while it works; got ${quote(size)}, use at most "${mostKeptMiB(sizeGiB)}MiB", or make ${orchestrator === "kubernetes" ? "the claim" : "the volume"} larger`,
  );
}

/** What is wrong with an age that `parseRetentionTime` does not take. */
export function timeMistake(time: string | number): string {
  return /^\d+$/.test(String(time))
    ? `has no unit; got ${time}, write ${quote(`${time}d`)} for days, or use h for hours, w for weeks or y for years`
    : `must be an age with its unit, a whole number and h, d, w or y; got ${quote(time)}, for example "30d"`;
}

function sizeMistake(size: string | number): string {
  return /^\d+$/.test(String(size))
    ? `has no unit; got ${size}, write ${quote(`${size}GiB`)}, or use MiB or TiB`
    : `must be a size with its unit, a whole number and MiB, GiB or TiB; got ${quote(size)}, for example "16GiB"`;
}
