import { setTimeout as sleep } from "node:timers/promises";
import { known, unknown, type Asked } from "../facts";

/** Longest reason that is told. */
const longest = 500;

/** An answer within its time; or why there is none, in one line. */
export async function asked<T>(
  limitMs: number,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<Asked<T>> {
  const ending = new AbortController();
  const late = sleep(limitMs, undefined, { signal: ending.signal }).then(() => {
    throw new Error(`no answer in ${limitMs / 1000} s`);
  });
  try {
    return known(await Promise.race([ask(ending.signal), late]));
  } catch (error) {
    return unknown(reasonOf(error));
  } finally {
    ending.abort();
    late.catch(() => undefined);
  }
}

export function reasonOf(error: unknown): string {
  const said = error instanceof Error ? error.message : String(error);
  const line = said
    .split("\n")
    .map((text) => text.trim())
    .filter((text) => text !== "")
    .join("; ")
    .replaceAll(":; ", ": ");
  return line.length > longest ? `${line.slice(0, longest)} …` : line;
}
