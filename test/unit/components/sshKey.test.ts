import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
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
  const key = readSshKey(configured, file, folder, (problem) => problems.push(problem));
  return { key, problems };
}

test("a key in the variable that names its file is refused without being shown", () => {
  const key = readFileSync(makeKey("in-variable"), "utf8");
  const { problems } = read(undefined, key);
  assert.equal(problems.length, 1);
  assert.match(
    problems[0] ?? "",
    /SLIPWAY_SSH_PRIVATE_KEY_FILE has a key, not the path of its file/,
  );
  assert.ok(!(problems[0] ?? "").includes(key.split("\n")[1] ?? "?"));
});

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

  test("comes from a file whose path is relative to the project", () => {
    assert.equal(read(undefined, "good").key?.publicKey, publicKey);
  });

  for (const [what, configured, named, message] of [
    ["is missing", undefined, undefined, /^no SSH key is set; make one with `ssh-keygen/],
    [
      "is in a file that is not there",
      undefined,
      path.join(folder, "none"),
      /none can't be read: there is no such file; check the path/,
    ],
    ["is in a folder", undefined, folder, /can't be read: it is a folder; name the file in it/],
    ["has a shell's ~", undefined, "~/.ssh/id", /can't be read: only a shell knows ~; write the/],
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
    ["is a path", file, undefined, /is a path, not a private SSH key; set what the file has/],
    [
      "has lost its line breaks",
      text.replaceAll("\n", " "),
      undefined,
      /^slipway:sshPrivateKey is damaged: .* lost its line breaks; copy it again/,
    ],
    [
      "is PuTTY's",
      "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n",
      undefined,
      /is a key in PuTTY's form; convert it with `puttygen/,
    ],
    [
      "is in PKCS #8",
      generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      undefined,
      /in another form than OpenSSH's; convert it with `ssh-keygen -p -N '' -f …`, or make one/,
    ],
    [
      "is in PKCS #8 with a passphrase",
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n",
      undefined,
      /is protected by a passphrase/,
    ],
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
