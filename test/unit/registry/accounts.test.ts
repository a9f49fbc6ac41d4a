import assert from "node:assert/strict";
import { compareSync } from "bcryptjs";
import { describe, test } from "node:test";
import { htpasswd, robotPassword } from "../../../components/registry/accounts";
import { passwordMistake } from "../../../components/registry/password";
import { identity, secrets, specOf } from "./support";

const { seed } = identity;
const { accounts } = specOf("volume");

function entries(text: string): Map<string, string> {
  return new Map(
    text
      .trim()
      .split("\n")
      .map((line) => line.split(":") as [string, string]),
  );
}

void describe("accounts of the registry", () => {
  const pull = htpasswd("pull", accounts, secrets.passwords, seed);
  const push = htpasswd("push", accounts, secrets.passwords, seed);

  void test("all may pull, and those with the role push may push", () => {
    assert.deepEqual(
      [...entries(pull).keys()],
      ["slipway-pull", "slipway-maintenance", "ci", "dev"],
    );
    assert.deepEqual([...entries(push).keys()], ["slipway-maintenance", "ci"]);
  });

  void test("have bcrypt hashes of their passwords, and nothing else of them", () => {
    const hashes = entries(pull);
    assert.equal(compareSync("correct horse battery", hashes.get("ci") ?? ""), true);
    assert.equal(compareSync("staple of the day", hashes.get("ci") ?? ""), false);
    const robot = robotPassword(seed, "slipway-pull");
    assert.equal(compareSync(robot, hashes.get("slipway-pull") ?? ""), true);
    assert.match(hashes.get("ci") ?? "", /^\$2b\$10\$/);
    assert.doesNotMatch(pull + push, /correct|staple/);
  });

  void test("have the same hashes at the next preview, in another process", () => {
    assert.equal(
      entries(push).get("ci"),
      "$2b$10$ld9Ow/UYa.yCUers9Xri2OOsRWTlMnBa2JTQT/VBRQDhLwDHafra6",
      "a hash that changes changes every registry",
    );
  });

  void test("have other hashes for other accounts, passwords and registries", () => {
    const same = { ci: secrets.passwords.ci ?? "", dev: secrets.passwords.ci ?? "" };
    const hashes = entries(htpasswd("pull", accounts, same, seed));
    assert.notEqual(hashes.get("ci"), hashes.get("dev"));
    const elsewhere = entries(htpasswd("pull", accounts, same, "another seed"));
    assert.notEqual(hashes.get("ci"), elsewhere.get("ci"));
  });

  void test("are refused without a password", () => {
    assert.throws(() => htpasswd("pull", accounts, {}, seed), /ci has no password/);
  });
});

void describe("a password", () => {
  const cases: readonly [string, string, RegExp | undefined][] = [
    ["ci", "correct horse battery", undefined],
    ["ci", "kX9!vQ2pLm4z", undefined],
    ["ci", "ünïcödé-wörd", undefined],
    ["ci", "shrt1", /too short: 5 characters, and 12/],
    ["ci", "aaaaaaaaaaaaaaaa", /first that anybody would guess/],
    ["ci", "Password123456", /first that anybody would guess/],
    ["ci", "changeme-changeme", undefined],
    ["ci", "changemechangeme1", /first that anybody would guess/],
    ["robot", "my-Robot-password", /account's name/],
    ["ci", `${"x1y2z3a4b5".repeat(7)}xyz`, /longer than 72 bytes/],
    ["ci", "ö".repeat(40), /longer than 72 bytes/],
    ["ci", "correct horse battery\n", /line break/],
  ];
  for (const [account, password, expected] of cases) {
    void test(`${JSON.stringify(password.slice(0, 24))} of ${account} is ${expected === undefined ? "taken" : "refused"}`, () => {
      const mistake = passwordMistake(account, password);
      if (expected === undefined) assert.equal(mistake, undefined);
      else {
        assert.match(mistake ?? "", expected);
        assert.ok(!(mistake ?? "").includes(password), "the message shows the password");
      }
    });
  }
});
