/** What breaks each rule in users' files: complete, or with the reason why no file can. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { rules } from "../../policies/rules";
import { clusters, decided, services } from "../support/brokenVariants";

test("every rule has something that breaks it on each orchestrator, or the reason why nothing can", () => {
  const named = [services, clusters, decided].flatMap((one) => Object.keys(one));
  assert.deepEqual([...new Set(named)], named, "a rule stands in one list");
  assert.deepEqual(named.sort(), rules.map(({ id }) => id).sort());
  for (const [rule, by] of Object.entries({ ...services, ...clusters })) {
    for (const reason of Object.values(by))
      if (typeof reason === "string") assert.ok(reason.length > 20, rule);
  }
});
