import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks again and again until there is an answer.
 * @param ask answers `undefined` for "not yet"; what it throws ends the wait.
 * @throws with the text of `late` when the time is over, and when the signal aborts.
 */
export async function until<T>(
  ask: () => Promise<T | undefined>,
  options: { seconds: number; signal: AbortSignal; late: () => string; every?: number },
): Promise<T> {
  const deadline = Date.now() + options.seconds * 1000;
  for (;;) {
    options.signal.throwIfAborted();
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(options.late());
    await sleep(options.every ?? 500, undefined, { signal: options.signal });
  }
}
