import assert from "node:assert/strict";
import { mkdtempSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { SpecError } from "../../components/spec/problem";
import { isExpired } from "../../policies/exemptions/exemptions";
import { rules } from "../../policies/rules";
import { loadDecisions } from "../../policies/settings/load";
import { regimeOf, surroundingsOf } from "../../policies/settings/regime";
import { environmentOf, levelOf, settingsFor } from "../../policies/settings/settings";

/** A Pulumi project with these files beside its program. */
function project(files: Readonly<Record<string, string | Buffer>>): string {
  const root = mkdtempSync(path.join(os.tmpdir(), "slipway-policies-"));
  mkdirSync(path.join(root, "stacks"));
  writeFileSync(path.join(root, "Pulumi.yaml"), "name: site\nruntime: nodejs\nmain: stacks/\n");
  for (const [name, text] of Object.entries(files))
    writeFileSync(path.join(root, "stacks", name), text);
  return root;
}

/** What a user is told, each line from the file's name on. */
function mistakes(files: Readonly<Record<string, string | Buffer>>): readonly string[] {
  try {
    loadDecisions(path.join(project(files), "stacks"), {});
  } catch (error) {
    if (error instanceof SpecError)
      return error.message.split("\n").map((line) => line.replace(/^\S*\//, ""));
    throw error;
  }
  return [];
}

const rule = (id: string) => rules.find((one) => one.id === id) ?? assert.fail(id);

describe("settings", () => {
  const yml = `
environments:
  dev:
    stacks: [dev, "*-dev"]
    level: advisory
    parameters: { SLW-APP-017: { min: 1 } }
  prod:
    stacks: ["*"]
    levels: { SLW-APP-013: disabled, SLW-APP-003: mandatory }
`;

  test("decide by environment, the first that names the stack", () => {
    const { settings } = loadDecisions(project({ "policies.yml": yml }), {});
    assert.equal(environmentOf(settings, "shop-dev"), "dev");
    assert.equal(environmentOf(settings, "shop-prod"), "prod");
    const dev = settingsFor(settings, "shop-dev");
    const prod = settingsFor(settings, "shop-prod");
    assert.equal(levelOf(dev, rule("SLW-APP-001")), "advisory");
    assert.equal(levelOf(prod, rule("SLW-APP-001")), "mandatory");
    assert.equal(levelOf(prod, rule("SLW-APP-013")), "disabled");
    assert.equal(levelOf(prod, rule("SLW-APP-003")), "mandatory");
    const now = new Date("2026-11-22T00:00:00Z");
    const regime = regimeOf({ settings, exemptions: [] }, "shop-dev", now);
    assert.deepEqual(regime.parametersOf(rule("SLW-APP-017")), { min: 1 });
  });

  test("that are not there decide nothing: every rule holds, and advice is advice", () => {
    const { settings } = loadDecisions(project({}), {});
    const own = settingsFor(settings, "shop");
    assert.equal(levelOf(own, rule("SLW-APP-001")), "mandatory");
    assert.equal(levelOf(own, rule("SLW-APP-003")), "advisory");
  });

  test("that are wrong are all named at their places, with what to do", () => {
    assert.deepEqual(
      mistakes({
        "policies.yml": `
environments:
  dev:
    stack: [dev]
    level: warn
    levels: { SLW-APP-999: advisory }
    parameters:
      SLW-APP-017: { min: many, least: 1 }
      SLW-APP-008: { x: 1 }
registries: { caCertificates: [gone.pem] }
`,
      }),
      [
        "policies.yml:3:3 environments.dev: names no Pulumi stacks; list them under `stacks`, with * for any text",
        "policies.yml:4:5 environments.dev.stack: is not known here; did you mean stacks?",
        'policies.yml:5:12 environments.dev.level: must be advisory, mandatory or disabled; got "warn"',
        "policies.yml:6:15 environments.dev.levels.SLW-APP-999: is no rule; did you mean SLW-APP-009? docs/reference/policies.md lists all",
        'policies.yml:8:27 environments.dev.parameters.SLW-APP-017.min: must be a number from 1 to 100; got "many" (fewest tasks of a service)',
        "policies.yml:8:33 environments.dev.parameters.SLW-APP-017.least: is no parameter of SLW-APP-017; it has min",
        "policies.yml:9:22 environments.dev.parameters.SLW-APP-008.x: is no parameter of SLW-APP-008; it has none",
        'policies.yml:10:32 registries.caCertificates[0]: "gone.pem" can\'t be read: there is no such file; check the path',
      ],
    );
  });

  test("are in the order of the file, which numbers would not be", () => {
    assert.deepEqual(
      mistakes({
        "policies.yml": 'environments:\n  prod: { stacks: ["*"] }\n  9: { stacks: [x] }\n',
      }),
      ['policies.yml:3:3 environments["9"]: is a number; give it a name with a letter'],
    );
  });

  test("are where SLIPWAY_POLICIES says, in whatever project", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-elsewhere-"));
    writeFileSync(path.join(folder, "policies.yml"), yml);
    const { settings, ...found } = loadDecisions(os.tmpdir(), { SLIPWAY_POLICIES: folder });
    assert.deepEqual(Object.keys(settings.environments), ["dev", "prod"]);
    assert.deepEqual(found, { exemptions: [], folder, files: ["policies.yml"] });
  });

  test("that are not where SLIPWAY_POLICIES says are an error", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-nothing-"));
    assert.throws(
      () => loadDecisions(folder, { SLIPWAY_POLICIES: "gone" }),
      /SLIPWAY_POLICIES names .*gone, where there is neither policies\.yml nor exemptions\.yml; correct or unset it/,
    );
  });

  test("outside of a project are an error that says where to be", () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-nowhere-"));
    assert.throws(() => loadDecisions(folder, {}), /is in no Pulumi project: run `pulumi preview/);
  });
});

describe("exemptions", () => {
  const one = `
exemptions:
  - rule: SLW-APP-017
    resource: shop_store
    reason: its volume is on one node
    owner: ops
    expires: "2027-06-30"
`;

  test("hold until the end of their last day", () => {
    const { settings, exemptions } = loadDecisions(project({ "exemptions.yml": one }), {});
    assert.equal(exemptions.length, 1);
    assert.equal(isExpired({ expires: "2027-06-30" }, new Date("2027-06-30T23:59:59Z")), false);
    assert.equal(isExpired({ expires: "2027-06-30" }, new Date("2027-07-01T00:00:00Z")), true);
    const expiredOn = (day: string) =>
      surroundingsOf({ settings, exemptions }, new Date(day)).expiredFor("shop");
    assert.deepEqual(expiredOn("2027-06-30T00:00:00Z"), []);
    assert.match(
      expiredOn("2027-07-01T00:00:00Z")[0] ?? "",
      /^SLW-APP-017 at shop_store \(.*exemptions\.yml:3:5, ops, 2027-06-30\)$/,
    );
  });

  test("that are wrong are all named at their places", () => {
    assert.deepEqual(
      mistakes({
        "exemptions.yml": `
exemptions:
  - rule: SLW-APP-17
    resource: shop_store
    owner: ""
    until: 2027
    expires: soon
`,
      }),
      [
        "exemptions.yml:3:5 exemptions[0]: has no reason; why that is acceptable",
        'exemptions.yml:3:11 exemptions[0].rule: there is no rule "SLW-APP-17"; did you mean SLW-APP-017? docs/reference/policies.md lists all',
        "exemptions.yml:5:12 exemptions[0].owner: must be a text; who answers for it",
        "exemptions.yml:6:5 exemptions[0].until: is not known",
        'exemptions.yml:7:14 exemptions[0].expires: must be a day (2027-06-30); got "soon"',
      ],
    );
  });

  test("of a broken file are an error of both files at once", () => {
    const found = mistakes({ "policies.yml": "environments: 3", "exemptions.yml": "- a\n  b: [" });
    assert.match(found.join("\n"), /policies\.yml:1:15 environments: must be a mapping/);
    assert.match(found.join("\n"), /exemptions\.yml:/);
  });
});

describe("files as nobody should write them", () => {
  const settings = (text: string | Buffer) => mistakes({ "policies.yml": text });
  const exemption = (more: string) =>
    mistakes({
      "exemptions.yml": `exemptions: [{ resource: shop, reason: r, owner: o, ${more} }]\n`,
    });

  const cases: readonly (readonly [what: string, () => readonly string[], RegExp])[] = [
    [
      "without content",
      () => settings("# to be written\n"),
      /^policies\.yml:1:1 is empty; write `environments:`.* remove the file$/,
    ],
    [
      "of bytes",
      () => settings(Buffer.from([0x61, 0x3a, 0x20, 0x80, 0x03])),
      /^policies\.yml:1:4 is not UTF-8/,
    ],
    [
      "in UTF-16",
      () => settings(Buffer.from("\ufeffa: 1", "utf16le")),
      /^policies\.yml:1:1 is in UTF-16; save it as UTF-8$/,
    ],
    [
      "that are a list",
      () => settings("- dev\n"),
      /^policies\.yml:1:1 must be a mapping with environments or registries; got \["dev"\]$/,
    ],
    [
      "with a name twice",
      () => settings("environments: {}\nenvironments: {}\n"),
      /^policies\.yml:2:1 has the name environments a second time/,
    ],
    [
      "with a tab",
      () => settings("environments:\n\tdev: {}\n"),
      /^policies\.yml:2:1 is indented by a tab/,
    ],
    [
      "with an environment of nothing",
      () => settings("environments: { dev: }\n"),
      /^policies\.yml:1:22 environments\.dev: must be a mapping with stacks, .*; got null$/,
    ],
    [
      "with names that JavaScript has",
      () =>
        settings(
          "environments: { dev: { stacks: [a], parameters: { SLW-APP-017: { constructor: 1 } } } }\n",
        ),
      /^policies\.yml:1:66 .*constructor: is no parameter of SLW-APP-017; it has min$/,
    ],
    [
      "with an id in small letters",
      () => settings("environments: { dev: { stacks: [a], levels: { slw-app-017: advisory } } }\n"),
      /slw-app-017: is no rule; did you mean SLW-APP-017\? docs\/reference\/policies\.md lists all$/,
    ],
    [
      "with bounds that leave nothing",
      () =>
        settings(
          "environments: { dev: { stacks: [a], parameters: { SLW-VM-003: { minCpus: 40 } } } }\n",
        ),
      /^policies\.yml:1:74 .*minCpus: leaves nothing: minCpus is 40, and maxCpus 32$/,
    ],
    [
      "with a number that is none",
      () =>
        settings(
          "environments: { dev: { stacks: [a], parameters: { SLW-APP-017: { min: .nan } } } }\n",
        ),
      /min: must be a number from 1 to 100; got NaN/,
    ],
    [
      "with a variable that nobody set",
      () => settings("registries: { caCertificates: ['${NOBODY}'] }\n"),
      /^policies\.yml:1:33 registries\.caCertificates\[0\]: uses the variable NOBODY, which has no value/,
    ],
    [
      "with a certificate that is none",
      () =>
        mistakes({ "policies.yml": "registries: { caCertificates: [a.pem] }\n", "a.pem": "hello" }),
      /^policies\.yml:1:32 .*"a\.pem" is not a PEM certificate/,
    ],
    [
      "without end",
      () => settings(`environments: ${"x".repeat(9000)}\n`),
      /^policies\.yml:1:15 .{1,200}$/,
    ],
    [
      "with YAML's other extension",
      () => mistakes({ "exemptions.yaml": "exemptions: []\n" }),
      /^exemptions\.yaml:1:1 is not read under this name; call it exemptions\.yml$/,
    ],
    [
      "with a day that there is not",
      () => exemption("rule: SLW-APP-017, expires: 2027-02-30"),
      /expires: must be a day \(2027-06-30\); got "2027-02-30"$/,
    ],
    [
      "with every rule at once",
      () => exemption('rule: "*", expires: 2027-06-30'),
      /rule: there is no rule "\*"; docs\/reference\/policies\.md lists all$/,
    ],
    [
      "with an exemption from their own end",
      () => exemption("rule: SLW-STK-004, expires: 2027-06-30"),
      /rule: can't be exempted: it is the rule that sees exemptions end/,
    ],
  ];
  for (const [what, found, expected] of cases) {
    test(`${what} are one line, with a place and what to do`, () => {
      const lines = found();
      assert.equal(lines.length, 1, lines.join("\n"));
      assert.match(lines[0] ?? "", expected);
    });
  }

  test("that are folders, or links to nowhere, are told at once", () => {
    const root = project({});
    mkdirSync(path.join(root, "policies.yml"));
    symlinkSync("gone.yml", path.join(root, "exemptions.yml"));
    assert.throws(
      () => loadDecisions(root, {}),
      /policies\.yml:1:1 can't be read: it is a folder; .*\n.*exemptions\.yml:1:1 can't be read: there is no such file/,
    );
  });

  test("are not looked for where SLIPWAY_POLICIES names a file", () => {
    const root = project({ "policies.yml": "environments: {}\n" });
    for (const [named, message] of [
      ["stacks/policies.yml", /, which is a file; name the folder that it is in$/],
      ["stacks/policies.yml/x", /, where there is neither policies\.yml nor exemptions\.yml;/],
    ] as const)
      assert.throws(() => loadDecisions(root, { SLIPWAY_POLICIES: named }), message);
  });

  test("are not found where Pulumi.yaml can't be read, which is told", () => {
    const root = project({});
    writeFileSync(path.join(root, "Pulumi.yaml"), "name: [\n");
    assert.throws(() => loadDecisions(root, {}), /Pulumi\.yaml, which says where .*; mend it/);
    writeFileSync(path.join(root, "Pulumi.yaml"), "main: [stacks]\n");
    assert.deepEqual(loadDecisions(root, {}).files, []);
  });
});
