import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { readSshKey } from "../../../stacks/sshKey";

const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-sshkey-"));
function makeKey(name: string, passphrase = ""): string {
  const file = path.join(folder, name);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-C", "", "-N", passphrase, "-f", file]);
  return file;
}
function read(configured: string | undefined, file?: string) {
  const problems: string[] = [];
  const key = readSshKey(configured, file, (problem) => problems.push(problem));
  return { key, problems };
}

describe("the SSH key", () => {
  const file = makeKey("good");
  const text = readFileSync(file, "utf8");
  const publicKey = readFileSync(`${file}.pub`, "utf8").trim();

  test("comes from the configuration, with its public half as ssh-keygen has it", () => {
    const { key, problems } = read(text);
    assert.deepEqual(problems, []);
    assert.equal(key?.privateKey, text);
    assert.equal(key.publicKey, publicKey);
  });

  test("comes from a file where nothing is configured", () => {
    assert.equal(read(undefined, file).key?.publicKey, publicKey);
  });

  for (const [what, configured, named, message] of [
    ["is missing", undefined, undefined, /^no SSH key is set; make one with `ssh-keygen/],
    [
      "is in a file that is not there",
      undefined,
      path.join(folder, "none"),
      /none can't be read \(ENOENT\)/,
    ],
    [
      "is a public key",
      publicKey,
      undefined,
      /^slipway:sshPrivateKey is a public key; give the private one/,
    ],
    [
      "is something else",
      "hello",
      undefined,
      /^slipway:sshPrivateKey is not a private SSH key; make one/,
    ],
    ["is a path", file, undefined, /is not a private SSH key/],
    [
      "has a passphrase",
      readFileSync(makeKey("locked", "secret"), "utf8"),
      undefined,
      /is protected by a passphrase/,
    ],
  ] as const) {
    test(`is refused with its cure where it ${what}`, () => {
      const { key, problems } = read(configured, named);
      assert.equal(key, undefined);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", message);
    });
  }
});
