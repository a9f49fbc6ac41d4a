import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { recordInConfig } from "../../../cli/deploy/configFile";

const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-config-"));
after(() => {
  rmSync(folder, { recursive: true, force: true });
});

const before = `# Whose this is.
config:
  slipway:stack: stacks/shop/stack.yml
  # The application version.
  slipway:version: 1.0.0
  slipway:secrets:
    KEY:
      secure: v1:abc
encryptionsalt: v1:salt
`;

/** The stack's file after values were recorded in it. */
function recorded(values: Readonly<Record<string, string | undefined>>, text = before): string {
  mkdirSync(path.join(folder, "stacks"), { recursive: true });
  writeFileSync(path.join(folder, "Pulumi.yaml"), "name: slipway\nstackConfigDir: stacks\n");
  const file = path.join(folder, "stacks/Pulumi.shop-prod.yaml");
  writeFileSync(file, text);
  recordInConfig({ folder, shortName: "shop-prod" }, values);
  assert.deepEqual(readdirSync(path.join(folder, "stacks")), ["Pulumi.shop-prod.yaml"]);
  return readFileSync(file, "utf8");
}

describe("what a deployment records in the configuration", () => {
  test("is one line, and everything else stays as it is, comments included", () => {
    const expected = before.replace("slipway:version: 1.0.0", "slipway:version: 1.0.1");
    assert.equal(recorded({ "slipway:version": "1.0.1" }), expected);
  });

  test("is nothing where it says so already", () => {
    assert.equal(recorded({ "slipway:version": "1.0.0", "slipway:release": undefined }), before);
  });

  test("is a release that is brought back, and is taken away by the next deployment", () => {
    const back = recorded({ "slipway:release": "7" });
    assert.match(back, /^ {2}slipway:release: "7"$/m);
    assert.equal(recorded({ "slipway:release": undefined }, back), before);
  });
});
