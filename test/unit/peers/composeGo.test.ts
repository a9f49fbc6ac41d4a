/** Holds our Compose loader against the reference implementation, over the corpus, value by value. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { corpus } from "./corpus";
import { type Difference, type Outcome, differences, verdict } from "./differences";
import { covers, exceptions } from "./exceptions";
import { ours, theirs } from "./outcomes";

const cases = corpus();
const argued = exceptions();
const used = new Set<object>();

function rendered(found: readonly Difference[]): string {
  return found
    .map((one) => `${one.path || "the project"}\n  theirs: ${one.theirs}\n  ours:   ${one.ours}`)
    .join("\n");
}

describe("our Compose loader and compose-go make the same of", () => {
  const reference = new Map<string, Outcome>();

  before(async () => {
    const outcomes = await theirs(cases);
    cases.forEach(({ id }, index) => {
      const outcome = outcomes[index];
      if (outcome !== undefined) reference.set(id, outcome);
    });
  });

  for (const one of cases) {
    test(`${one.id}: ${one.about}`, () => {
      const peer = reference.get(one.id) ?? assert.fail("the reference gave no answer");
      const own = ours(one);
      const found = differences(one.id, peer, own);
      const open = found.filter((difference) => {
        const exception = argued.find((candidate) => covers(candidate, difference));
        if (exception !== undefined) used.add(exception);
        return exception === undefined;
      });
      assert.deepEqual(open, [], rendered(open));
      if (found.length === 0) {
        const expected = one.rejected ? "rejected" : "accepted";
        assert.equal("error" in own ? "rejected" : "accepted", expected, verdict(own));
      }
    });
  }

  test("with no exception that is not needed any more", () => {
    assert.deepEqual(
      argued.filter((exception) => !used.has(exception)),
      [],
    );
  });
});

test("the corpus is large, and every exception has its reason", () => {
  assert.ok(cases.length >= 120, `${cases.length} cases`);
  for (const { reason, case: id } of argued)
    assert.ok(typeof reason === "string" && reason.length > 20, id);
});
