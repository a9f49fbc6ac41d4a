import { parseBytes, parseDuration } from "../spec";

/** Nanoseconds of a duration of the canonical model (`1m30s`). */
export function nanoseconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}

/** Bytes of a size of the canonical model (decimal text). */
export function bytes(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseBytes(text);
}
