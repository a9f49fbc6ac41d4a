import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Release } from "../../../components/application/ledger";
import type { RetentionRuleSpec } from "../../../components/spec";
import { parseAge } from "../../../components/spec/cluster/age";
import { holdersOf } from "../../../cli/registry/deployed";
import { judge, matches, removals, type StoredImage } from "../../../cli/registry/retention";

const now = new Date("2026-06-30T00:00:00Z");
const day = 86_400_000;
const daysAgo = (days: number) => new Date(now.getTime() - days * day);

const rule: RetentionRuleSpec = {
  repositories: "shop/**",
  tags: "dev-*",
  olderThan: "30d",
  keepLast: 0,
};

function image(digest: string, given: Partial<StoredImage> = {}): StoredImage {
  return {
    repository: "shop/web",
    digest: `sha256:${digest}`,
    tags: [`dev-${digest}`],
    created: daysAgo(60),
    children: [],
    ...given,
  };
}

const nothing = new Map<string, string>();

void describe("an image is removed where its rules let it go", () => {
  const cases: readonly [string, StoredImage, Partial<RetentionRuleSpec>, RegExp][] = [
    ["old", image("a"), {}, /^remove: older than 30d/],
    ["young", image("a", { created: daysAgo(29) }), {}, /^keep: not older than 30d/],
    [
      "of another repository",
      image("a", { repository: "other" }),
      {},
      /^keep: no rule is about it/,
    ],
    ["of another tag", image("a", { tags: ["1.0.0"] }), {}, /^keep: no rule is about it/],
    [
      "with one more tag",
      image("a", { tags: ["dev-a", "1.0.0"] }),
      {},
      /^keep: .* its tag 1\.0\.0/,
    ],
    ["without a date", image("a", { created: undefined }), {}, /^keep: .* does not say when/],
    [
      "made in 1970, as it says",
      image("a", { created: new Date(0) }),
      {},
      /^keep: .* does not say/,
    ],
    ["among the newest", image("a"), { keepLast: 1 }, /^keep: among the newest 1/],
    ["old by weeks", image("a"), { olderThan: "8w" }, /^remove/],
    ["young by weeks", image("a"), { olderThan: "9w" }, /^keep/],
    ["young by hours", image("a", { created: daysAgo(1) }), { olderThan: "25h" }, /^keep/],
  ];
  for (const [title, one, change, expected] of cases) {
    void test(title, () => {
      const [verdict] = judge([one], [{ ...rule, ...change }], nothing, now);
      assert.match(`${verdict?.verdict ?? ""}: ${verdict?.reason ?? ""}`, expected);
    });
  }

  void test("the first rule about a tag counts", () => {
    const first = { ...rule, tags: "dev-keep-*", olderThan: "999w" };
    const images = [image("a", { tags: ["dev-keep-a"] }), image("b")];
    assert.deepEqual(
      judge(images, [first, rule], nothing, now).map(({ verdict }) => verdict),
      ["keep", "remove"],
    );
  });

  void test("the newest stay in each repository by itself, and of one time always the same", () => {
    const images = ["d", "c", "b", "a"].flatMap((digest) => [
      image(digest),
      image(`x${digest}`, { repository: "shop/api" }),
    ]);
    const kept = (those: readonly StoredImage[]) =>
      judge(those, [{ ...rule, keepLast: 2 }], nothing, now)
        .filter(({ verdict }) => verdict === "keep")
        .map(({ image: { digest } }) => digest)
        .sort();
    assert.deepEqual(kept(images), ["sha256:a", "sha256:b", "sha256:xa", "sha256:xb"]);
    assert.deepEqual(kept([...images].reverse()), kept(images));
  });
});

void describe("what is deployed stays", () => {
  const deployed = new Map([["sha256:a", "shop-prod #12"]]);

  void test("by its digest, in whatever repository", () => {
    const images = [image("a"), image("a", { repository: "shop/copy" }), image("b")];
    const verdicts = judge(images, [rule], deployed, now);
    assert.deepEqual(
      verdicts.map(({ verdict }) => verdict),
      ["keep", "keep", "remove"],
    );
    assert.equal(verdicts[0]?.reason, "deployed: shop-prod #12");
    assert.deepEqual(removals(verdicts, deployed), [
      { repository: "shop/web", digest: "sha256:b" },
    ]);
  });

  void test("as an index of which one image is deployed", () => {
    const verdicts = judge([image("i", { children: ["sha256:a"] })], [rule], deployed, now);
    assert.equal(verdicts[0]?.verdict, "keep");
  });
});

void describe("parts of an index", () => {
  void test("go with it, but for those that something else has", () => {
    const gone = image("i", { children: ["sha256:1", "sha256:2", "sha256:3", "sha256:4"] });
    const other = image("j", { tags: ["1.0.0"], children: ["sha256:2"] });
    const tagged = image("3", { tags: ["2.0.0"] });
    const verdicts = judge([gone, other, tagged], [rule], nothing, now);
    // Deployed since the verdicts: by whoever asked for it by its digest.
    const late = new Map([["sha256:4", "shop-prod #13"]]);
    assert.deepEqual(
      removals(verdicts, late).map(({ digest }) => digest),
      ["sha256:i", "sha256:1"],
    );
  });

  void test("of another repository are other manifests", () => {
    const gone = image("i", { children: ["sha256:1"] });
    const elsewhere = image("1", { repository: "other", tags: ["1.0.0"] });
    const verdicts = judge([gone, elsewhere], [rule], nothing, now);
    assert.equal(removals(verdicts, nothing).length, 2);
  });
});

void describe("the ledger's images", () => {
  const release = (number: number, outcome: Release["outcome"] = "succeeded"): Release => ({
    number,
    applicationVersion: "1",
    environmentHash: "",
    images: { web: `registry.test:5000/shop:1@sha256:${number}`, api: "not/pinned:1" },
    outcome,
    kind: "deploy",
    by: "ci",
    at: "2026-01-01T00:00:00Z",
    planHash: "",
  });

  void test("are those of the last twenty that succeeded, and of what was tried since", () => {
    const releases = [
      ...Array.from({ length: 25 }, (_, index) => release(index + 1)),
      release(26, "failed"),
    ];
    const holders = new Map(holdersOf("shop-prod", releases));
    assert.equal(holders.size, 21);
    assert.equal(holders.get("sha256:6"), "shop-prod #6");
    assert.equal(holders.get("sha256:26"), "shop-prod #26");
    assert.equal(holders.has("sha256:5"), false);
  });

  void test("are all where there are few", () => {
    assert.equal(holdersOf("shop-prod", [release(1, "failed")]).length, 1);
    assert.equal(holdersOf("shop-prod", []).length, 0);
  });
});

void describe("patterns of names", () => {
  const cases: readonly [string, string, boolean][] = [
    ["**", "a/b/c", true],
    ["*", "a/b", false],
    ["*", "a", true],
    ["shop/**", "shop/web/x", true],
    ["shop/**", "shop", false],
    ["dev-*", "dev-1", true],
    ["dev-*", "xdev-1", false],
    ["v?.?", "v1.2", true],
    ["v?.?", "v1x2", false],
    ["a.b", "axb", false],
    ["(a|b)+", "a", false],
  ];
  for (const [pattern, name, expected] of cases) {
    void test(`${pattern} ${expected ? "fits" : "does not fit"} ${name}`, () => {
      assert.equal(matches(pattern, name), expected);
    });
  }
});

void describe("ages", () => {
  for (const [text, expected] of [
    ["12h", 12 * 3_600_000],
    ["30d", 30 * day],
    ["4w", 28 * day],
    ["30", undefined],
    ["0d", undefined],
    ["1.5d", undefined],
    ["30 d", undefined],
    ["3m", undefined],
  ] as const) {
    void test(text, () => {
      assert.equal(parseAge(text), expected);
    });
  }
});
