import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { wordsOf } from "../../../cli/orchestratorWords";
import { judgeOrphan, type FoundVm, type OrphanContext } from "../../../cli/recover/orphans";
import type { Membership } from "../../../cli/roll/clusterWatch";

const context: OrphanContext = {
  cluster: "slipway/lab",
  clusterName: "lab",
  words: wordsOf({ orchestrator: "swarm" }),
  knownUuids: new Set(["4203-known"]),
  pendingNames: new Set(["lab-managers-0-g2"]),
  since: new Date("2026-11-21T06:00:00Z"),
  memberships: new Map(),
};
const ours: FoundVm = {
  name: "lab-managers-0-g2",
  uuid: "4203-new",
  poweredOn: true,
  created: "2026-11-21T06:01:00Z",
  cluster: "slipway/lab",
  machine: "managers-0",
  atPendingPlace: true,
};
/** After the clone, before it got its identity. */
const bare: FoundVm = { ...ours, poweredOn: false, cluster: undefined, machine: undefined };

const cases: readonly [string, FoundVm, "remove" | "keep" | "block" | undefined, RegExp?][] = [
  ["is not judged when the state knows it", { ...ours, uuid: "4203-KNOWN" }, undefined],
  ["is removed with our identity and the name of a pending creation", ours, "remove"],
  ["is removed so although it is powered off", { ...ours, poweredOn: false }, "remove"],
  [
    "is kept when it is a copy of ours under another name",
    { ...ours, name: "copy of lab-managers-0-g2", atPendingPlace: false },
    "keep",
    /copy made by hand/,
  ],
  [
    "blocks when it has a pending name and the identity of another machine",
    { ...ours, machine: "managers-1" },
    "block",
    /says that it is machine managers-1/,
  ],
  ["blocks when it has a pending name and no machine", { ...ours, machine: undefined }, "block"],
  [
    "blocks when it is another cluster's at the pending place",
    { ...ours, cluster: "slipway/prod" },
    "block",
    /belongs to cluster slipway\/prod/,
  ],
  [
    "is none of our business when it is another cluster's elsewhere",
    { ...ours, cluster: "slipway/prod", atPendingPlace: false },
    undefined,
  ],
  ["is removed as a young clone without identity that never ran", bare, "remove", /never ran/],
  [
    "is none of our business without identity in another folder",
    { ...bare, atPendingPlace: false },
    undefined,
  ],
  [
    "is none of our business without identity under another name",
    { ...bare, name: "lab-managers-0-g1" },
    undefined,
  ],
  ["blocks without identity and powered on", { ...bare, poweredOn: true }, "block", /powered on/],
  [
    "blocks without identity and older than the update",
    { ...bare, created: "2026-11-20T06:00:00Z" },
    "block",
    /before the interrupted update/,
  ],
  [
    "is removed without identity and made while clocks may differ",
    { ...bare, created: "2026-11-21T05:57:00Z" },
    "remove",
  ],
  [
    "blocks without identity and without age",
    { ...bare, created: undefined },
    "block",
    /when it was made/,
  ],
];

describe("a VM that the state does not know", () => {
  for (const [title, vm, action, why] of cases) {
    test(title, () => {
      const verdict = judgeOrphan(vm, context);
      assert.equal(verdict?.action, action);
      if (why !== undefined) assert.match(verdict?.why ?? "", why);
    });
  }

  test("is removed without identity during the very first update", () => {
    const verdict = judgeOrphan(bare, { ...context, since: undefined });
    assert.equal(verdict?.action, "remove");
  });

  const forgotten: FoundVm = { ...ours, name: "lab-managers-0-g9", atPendingPlace: false };
  const byMembership: readonly [string, Membership | undefined, string, RegExp][] = [
    ["is removed when an update forgot it and it is no member", "none", "remove", /stopped/],
    ["blocks when it is a member", "member", "block", /is a member/],
    ["blocks when it could not be asked", "unknown", "block", /nobody could be asked/],
    ["blocks when it was not asked", undefined, "block", /nobody could be asked/],
  ];
  for (const [title, membership, action, why] of byMembership) {
    test(title, () => {
      const memberships = new Map(membership && [[forgotten.uuid, membership]]);
      const verdict = judgeOrphan(forgotten, { ...context, memberships });
      assert.ok(verdict);
      assert.equal(verdict.action, action);
      assert.match(verdict.why, why);
    });
  }

  test("is spoken of in the words of its orchestrator", () => {
    const words = wordsOf({ orchestrator: "kubernetes" });
    const verdict = judgeOrphan(forgotten, { ...context, words });
    assert.match(verdict?.why ?? "", /member of a cluster: bring a control plane/);
  });
});
