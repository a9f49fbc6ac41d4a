import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  currentRelease,
  digestOf,
  kept,
  recorded,
  releaseBefore,
  versionConflicts,
  type Ledger,
  type Release,
} from "../../../components/application";
import { digest, pinned, plan, project, service } from "./support/compose";

const empty: Ledger = { releases: [], plans: {}, salt: "salt" };

function release(planHash: string, fields: Partial<Release> = {}): Omit<Release, "number"> {
  return {
    applicationVersion: "1.0.0",
    environmentVersion: "1.0.0",
    environmentHash: "e1",
    images: {},
    outcome: "succeeded",
    kind: "deploy",
    by: "somebody@somewhere",
    at: "2026-01-01T00:00:00Z",
    planHash,
    ...fields,
  };
}

/** A ledger after these releases, each of a plan of its own unless it says otherwise. */
function ledgerOf(...releases: readonly Partial<Release>[]): Ledger {
  return {
    ...empty,
    releases: releases.map((fields, index) => ({
      ...release(`p${index + 1}`, fields),
      number: index + 1,
    })),
  };
}
const deployed = {};
const failed = { outcome: "failed" } as const;
const back = (to: number) => ({ kind: "rollback", of: `#${to}` }) as const;

describe("the ledger", () => {
  test("counts releases up, and keeps the plan of each", () => {
    const first = recorded(empty, undefined, release("a"), "packed a");
    const second = recorded(first, undefined, release("b"), "packed b");
    assert.deepEqual(
      second.releases.map(({ number, planHash }) => [number, planHash]),
      [
        [1, "a"],
        [2, "b"],
      ],
    );
    assert.deepEqual(second.plans, { 1: "packed a", 2: "packed b" });
    assert.equal(second.salt, "salt");
  });

  test("has no new release where what runs is deployed again", () => {
    const once = recorded(empty, undefined, release("a"), "packed");
    assert.equal(recorded(once, undefined, release("a", { by: "another" }), "packed"), once);
  });

  test("has a new release where what ran earlier is deployed again", () => {
    const ledger = recorded(ledgerOf({}, {}), undefined, release("p1"), "packed");
    assert.equal(ledger.releases.length, 3);
  });

  test("tells of the attempt that failed before what was put in its place", () => {
    const before = ledgerOf({});
    const attempt = release("bad", { ...failed, failure: "web: crashed" });
    const ledger = recorded(before, attempt, release("p1", back(1)), "packed");
    assert.deepEqual(
      ledger.releases.map(({ number, outcome, kind, planHash }) => ({
        number,
        outcome,
        kind,
        planHash,
      })),
      [
        { number: 1, outcome: "succeeded", kind: "deploy", planHash: "p1" },
        { number: 2, outcome: "failed", kind: "deploy", planHash: "bad" },
        { number: 3, outcome: "succeeded", kind: "rollback", planHash: "p1" },
      ],
    );
    assert.deepEqual(Object.keys(ledger.plans), ["3"], "of what failed no plan is kept");
  });

  test("forgets the oldest releases and plans, and goes on counting", () => {
    let ledger = empty;
    for (let index = 1; index <= kept.releases + 5; index++)
      ledger = recorded(ledger, undefined, release(`p${index}`), `packed ${index}`);
    assert.equal(ledger.releases.length, kept.releases);
    assert.equal(ledger.releases[0]?.number, 6);
    assert.equal(ledger.releases.at(-1)?.number, kept.releases + 5);
    assert.equal(Object.keys(ledger.plans).length, kept.plans);
    assert.equal(ledger.plans[String(kept.releases + 5)], `packed ${kept.releases + 5}`);
    assert.equal(ledger.plans[String(kept.releases + 5 - kept.plans)], undefined);
  });

  test("knows the release that runs: the last that succeeded", () => {
    assert.equal(currentRelease(empty), undefined);
    assert.equal(currentRelease(ledgerOf({}, {}, failed))?.number, 2);
  });
});

describe("the release before the current one", () => {
  const cases: readonly [string, readonly Partial<Release>[], number | undefined][] = [
    ["is none of nothing", [], undefined],
    ["is none of the first", [deployed], undefined],
    ["is the one before", [deployed, deployed, deployed], 2],
    ["is none that failed", [deployed, failed, deployed], 1],
    ["goes on back after a rollback", [deployed, deployed, deployed, back(2)], 1],
    ["goes two back after two rollbacks", [{}, {}, {}, {}, back(3), back(2)], 1],
    ["is none after a rollback to the first", [deployed, deployed, back(1)], undefined],
    ["is what a rollback brought back, not what it went back from", [{}, {}, {}, back(2), {}], 2],
    ["goes on back from there", [{}, {}, {}, back(2), {}, back(2)], 1],
    ["follows a rollback to a rollback", [{}, {}, {}, back(2), {}, back(4)], 1],
    ["counts a promotion", [{}, { kind: "promote", of: "shop-dev #9" }, {}], 2],
  ];
  for (const [name, releases, expected] of cases)
    test(name, () => {
      assert.equal(releaseBefore(ledgerOf(...releases))?.number, expected);
    });
});

describe("a version that was released before", () => {
  const of = project({
    services: {
      web: service({ image: "registry.test/web:1.0.0" }),
      cache: service({ image: "redis:7" }),
    },
  });
  const wanted = plan(of, { versioned: ["registry.test/web:1.0.0"] });
  const images = {
    web: pinned("registry.test/web:1.0.0").image,
    cache: pinned("redis:7").image,
  };
  const before = (fields: Partial<Release> = {}) => ledgerOf({ images, ...fields });
  const told = (ledger: Ledger, given = wanted) =>
    versionConflicts(ledger, given).map(
      ({ axis, path, message }) => `${axis} ${path.join(".")}: ${message}`,
    );
  const moved = (name: string) => ({
    ...wanted,
    images: { ...wanted.images, [name]: pinned(name, "b") },
  });

  test("may be released again as it was", () => {
    assert.deepEqual(told(before()), []);
    assert.deepEqual(told(empty), []);
  });

  test("must not have another image of the application", () => {
    assert.deepEqual(told(before(), moved("registry.test/web:1.0.0")), [
      `application services.web.image: application version 1.0.0 was released here before (#1) with another image of web: ${digest("a")}, now ${digest("b")}. Give the new image a new version`,
    ]);
  });

  test("of the environment must not have other content", () => {
    assert.deepEqual(told(before({ environmentHash: "e0" })), [
      "environment x-slipway.version: environment version 1.0.0 was released here before (#1) with other content. Raise x-slipway.version",
    ]);
  });

  test("of the environment must not have another image of somebody else's", () => {
    assert.deepEqual(told(before(), moved("redis:7")), [
      `environment services.cache.image: environment version 1.0.0 was released here before (#1) with another image of cache: ${digest("a")}, now ${digest("b")}. Raise x-slipway.version, or name the image by its digest`,
    ]);
  });

  test("on both axes is told at once", () => {
    const names = ["redis:7", "registry.test/web:1.0.0"];
    const all = {
      ...wanted,
      images: Object.fromEntries(names.map((name) => [name, pinned(name, "b")])),
    };
    assert.equal(told(before({ environmentHash: "e0" }), all).length, 3);
  });

  test("does not bind a new version", () => {
    const next = { ...moved("registry.test/web:1.0.0"), applicationVersion: "1.0.1" };
    assert.deepEqual(told(before(), next), []);
    const raised = { ...moved("redis:7"), environmentVersion: "1.1.0", environmentHash: "e2" };
    assert.deepEqual(told(before(), raised), []);
  });

  test("of the environment is not asked for where the file has none", () => {
    const unversioned = {
      ...moved("redis:7"),
      environmentVersion: undefined,
      environmentHash: "e2",
    };
    assert.deepEqual(told(before({ environmentVersion: undefined }), unversioned), []);
  });

  test("is held against the latest release that had it", () => {
    const forced = ledgerOf(
      { images },
      { images: { ...images, web: pinned("registry.test/web:1.0.0", "b").image }, forced: ["…"] },
    );
    assert.deepEqual(told(forced, moved("registry.test/web:1.0.0")), []);
    assert.match(told(forced)[0] ?? "", /\(#2\)/);
  });

  test("says nothing of services that are new, gone, or have an image of another name", () => {
    const ledger = before({ images: { gone: images.web, cache: pinned("redis:6", "c").image } });
    assert.deepEqual(told(ledger), []);
  });
});

test("the digest of an image stands after its name", () => {
  assert.equal(digestOf(pinned("registry.test:5000/web:1").image), digest("a"));
});
