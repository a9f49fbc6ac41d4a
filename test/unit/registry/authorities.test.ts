import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import {
  authoritiesProbe,
  authorityFile,
  authorityText,
  forgottenScript,
  parseAuthorities,
  sameAuthorities,
} from "../../../provider/registry/authorities";

const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
const folder = mkdtempSync(path.join(tmpdir(), "slipway-certs-"));
after(() => {
  rmSync(folder, { recursive: true });
});

function write(registry: string, text: string): string {
  const file = authorityFile(folder, registry);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function sh(script: string): string {
  return execFileSync("sh", ["-euc", script], { encoding: "utf8" });
}

/** As the provider reads a probe: a value by what stands before the first `=`. */
function values(output: string): Map<string, string> {
  return new Map(
    output.split("\n").map((line) => {
      const equals = line.indexOf("=");
      return [line.slice(0, equals), line.slice(equals + 1)];
    }),
  );
}

void describe("authorities of registries on a host", () => {
  void test("are found as they were written, and nobody else's files are", () => {
    write("registry.test:5000", authorityText(`${pem}\n`));
    write("10.1.2.3:5002", authorityText(pem));
    const stranger = write("harbor.test", `${pem}\n`);
    const found = parseAuthorities(values(sh(authoritiesProbe(folder))));
    assert.deepEqual(found, { "registry.test:5000": pem, "10.1.2.3:5002": pem });
    sh(forgottenScript(folder, ["registry.test:5000"]));
    assert.equal(existsSync(authorityFile(folder, "10.1.2.3:5002")), false);
    assert.equal(
      readFileSync(authorityFile(folder, "registry.test:5000"), "utf8").includes(pem),
      true,
    );
    sh(forgottenScript(folder, []));
    assert.deepEqual(parseAuthorities(values(sh(authoritiesProbe(folder)))), {});
    assert.equal(readFileSync(stranger, "utf8"), `${pem}\n`);
  });

  void test("are none where there is no folder", () => {
    assert.equal(sh(authoritiesProbe(path.join(folder, "no/such"))), "");
    assert.equal(sh(forgottenScript(path.join(folder, "no/such"), [])), "");
  });

  const same: readonly [string, Record<string, string>, Record<string, string>, boolean][] = [
    ["both none", {}, {}, true],
    ["but for line ends at the end", { a: `${pem}\n` }, { a: pem }, true],
    ["one more", { a: pem, b: pem }, { a: pem }, false],
    ["other registries", { a: pem }, { b: pem }, false],
    ["another certificate", { a: pem }, { a: "other" }, false],
  ];
  for (const [title, a, b, expected] of same) {
    void test(`${title}: ${expected ? "the same" : "different"}`, () => {
      assert.equal(sameAuthorities(a, b), expected);
    });
  }
});
