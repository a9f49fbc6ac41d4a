import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { waitUntilWell, type ClusterWatch } from "../../../cli/roll/clusterWatch";

/** A watch whose looks give these answers, one after the other; an error is thrown. */
function watchOf(answers: readonly (readonly string[] | Error)[]): ClusterWatch<readonly string[]> {
  const left = [...answers];
  const none = () => Promise.reject(new Error("not asked for here"));
  return {
    look: () => {
      const answer = left.shift() ?? [];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    judge: (view) => view,
    members: none,
    dataObjection: none,
    membershipOf: none,
    close: () => Promise.resolve(),
  };
}

describe("waiting until a cluster is well", () => {
  const options = (told: string[], changed: { timeoutSeconds?: number; signal?: AbortSignal }) => ({
    expectedNodes: 1,
    timeoutSeconds: 60,
    signal: new AbortController().signal,
    onProblems: (problems: readonly string[]) => {
      told.push(problems.join("; "));
    },
    ...changed,
  });

  test("goes on where nobody answers for a while, and says so", async () => {
    const told: string[] = [];
    const watch = watchOf([new Error("no control plane answers"), []]);
    await waitUntilWell(watch, options(told, {}));
    assert.deepEqual(told, ["no control plane answers"]);
  });

  test("ends with what is wrong still when the time is over", async () => {
    await assert.rejects(
      waitUntilWell(watchOf([["node w0 is down"]]), options([], { timeoutSeconds: -1 })),
      /after -1 s: node w0 is down/,
    );
  });

  test("ends at once when it is interrupted", async () => {
    const signal = AbortSignal.abort(new Error("interrupted"));
    await assert.rejects(
      waitUntilWell(watchOf([new Error("cut off")]), options([], { signal })),
      /interrupted/,
    );
  });
});
