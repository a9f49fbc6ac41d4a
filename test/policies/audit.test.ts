import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import type { Evidence } from "../../cli/audit/evidence";
import { failureOf } from "../../cli/audit/failOn";
import { html } from "../../cli/audit/formats/html";
import { markdown } from "../../cli/audit/formats/markdown";
import { sarif } from "../../cli/audit/formats/sarif";
import { judge } from "../../cli/audit/judge";
import { planOf } from "../../cli/audit/plan";
import type { Change } from "../../cli/pulumi/events";
import { auditedShop, decisions, now } from "./support/audited";
import { registry } from "./support/judge";
import { clusterSample } from "./support/recorded";

/** Tries to be markup. */
const image = "x/<b>|a:latest";

describe("the evidence of an audit", () => {
  let document: Evidence;
  before(async () => {
    document = await auditedShop(image);
  });

  test("says for each rule and resource what came of it", () => {
    const [stack] = document.stacks;
    const of = (rule: string, outcome: string) =>
      stack?.results.filter((one) => one.rule === rule && one.outcome === outcome) ?? [];
    assert.deepEqual(
      of("SLW-APP-001", "violated").map(({ resource, messages }) => [resource, ...messages]),
      [["shop-prod_web", 'image "x/<b>|a:latest" has a tag that moves']],
    );
    assert.deepEqual(
      of("SLW-APP-015", "undetermined").map(({ resource }) => resource),
      ["shop-prod_api", "shop-prod_job-migrate"].slice(0, 1),
    );
    assert.deepEqual(
      of("SLW-APP-017", "exempted").map(({ resource, exempt }) => [resource, exempt?.expires]),
      [["shop-prod_store", "2027-06-30"]],
    );
    assert.ok(of("SLW-APP-008", "passed").length > 0);
    assert.deepEqual(stack?.images[0], `10.89.0.1:5000/shop:1.0.0@sha256:${"a".repeat(64)}`);
  });

  test("says which exemptions are used, and which have expired, which is a violation", () => {
    assert.deepEqual(
      document.exemptions.map(({ isUsed, isExpired, place }) => [isUsed, isExpired, place]),
      [
        [true, false, "stacks/exemptions.yml:3:5"],
        [false, true, "stacks/exemptions.yml:3:5"],
      ],
    );
    const expired = document.stacks[0]?.results.find(({ rule }) => rule === "SLW-STK-004");
    assert.equal(expired?.outcome, "violated");
  });

  test("is the same whatever the order in which resources come", async () => {
    const other = await auditedShop(image, true);
    for (const format of [markdown, html, sarif, JSON.stringify])
      assert.equal(format(other), format(document));
  });

  test("is valid SARIF 2.1.0, with exemptions as suppressions and unknowns as open results", () => {
    const file = require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    addFormats(ajv);
    const schema = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    // It calls itself draft 4, of which it has nothing that draft 7 has not but the name of its id.
    for (const field of ["$schema", "id"]) Reflect.deleteProperty(schema, field);
    const validate = ajv.compile(schema);
    const log = JSON.parse(sarif(document)) as {
      runs: [{ results: { ruleId: string; kind: string; suppressions?: object[] }[] }];
    };
    assert.ok(validate(log), ajv.errorsText(validate.errors));
    const { results } = log.runs[0];
    assert.ok(results.some(({ kind }) => kind === "open"));
    const suppressed = results.filter(({ suppressions }) => suppressions !== undefined);
    assert.deepEqual([...new Set(suppressed.map(({ ruleId }) => ruleId))], ["SLW-APP-017"]);
  });

  test("is a page that stands on its own, in which no text is markup", () => {
    const page = html(document);
    assert.ok(page.includes("x/&lt;b&gt;|a:latest"));
    assert.doesNotMatch(page, /<script|<link|<img|src=|href="(?!#)/);
  });

  test("is Markdown in which no text is a cell or a tag", () => {
    const text = markdown(document);
    assert.ok(text.includes("x/\\<b\\>\\|a:latest"));
    assert.match(text, /### Mandatory: these stop the update/);
    assert.match(text, /\| quorum after \||\| services displaced \| none \|/);
  });

  test("fails from the level on that is asked for", () => {
    const summary = {
      passed: 1,
      violated: { mandatory: 0, advisory: 1 },
      undetermined: 2,
      exempted: 0,
    };
    assert.equal(failureOf(summary, "mandatory"), undefined);
    assert.equal(failureOf(summary, "advisory"), "found 1 advisory");
    assert.equal(failureOf(summary, "undetermined"), "found 1 advisory, 2 undetermined");
    assert.equal(failureOf(summary, "never"), undefined);
    const worst = { ...summary, violated: { mandatory: 3, advisory: 0 } };
    assert.equal(failureOf(worst, "mandatory"), "found 3 mandatory");
  });
});

test("a plan counts actions, and names machines, services and what is left of the quorum", async () => {
  const { resources, outputs } = await clusterSample("prod", "prod");
  const { view } = await judge({ stack: "prod", resources, outputs }, decisions, now, registry);
  const change = (op: string, type: string, name: string): Change => ({
    op,
    type,
    urn: `urn:pulumi:prod::slipway::${type}::${name}`,
    done: true,
    failed: false,
    oldOutputs: {},
    oldInputs: {},
    newInputs: {},
    drift: [],
  });
  const changes = [
    change("create", "slipway:index:SwarmService", "new"),
    change("update", "slipway:index:SwarmService", "prod-web"),
    change("update", "slipway:index:Engine", "prod-data-0"),
    change("update", "slipway:index:SwarmNode", "prod-data-0"),
    change("update", "pulumi:pulumi:Stack", "slipway-prod"),
  ];
  assert.deepEqual(planOf(changes, view), {
    actions: { create: 1, update: 3 },
    nodes: ["prod-data-0"],
    services: ["prod-web"],
    quorum: { deciding: 3, mayBeLost: 1 },
  });
});
