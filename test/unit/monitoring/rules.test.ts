import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import schema from "../../../components/spec/cluster.schema.json";
import { alertNames, ruleGroups, watchdog } from "../../../components/monitoring/rules";
import type { AlertRule } from "../../../components/monitoring/rules/rule";
import { expressionMistake } from "../../../components/spec/cluster/promql";
import { rulesMistakes } from "../../../components/spec/cluster/ruleFiles";
import { rulesFile } from "../../../components/monitoring/rules";

const runbooks = path.join(__dirname, "../../../docs/runbooks");
const orchestrators = ["swarm", "kubernetes"] as const;

function alerts(disabled: readonly string[] = []): AlertRule[] {
  return orchestrators.flatMap((orchestrator) =>
    ruleGroups({ orchestrator, disabled, runbooks: "docs/runbooks" })
      .flatMap(({ rules }) => rules)
      .filter((rule): rule is AlertRule => "alert" in rule),
  );
}

describe("the rules", () => {
  test("each alert has a severity, says what is wrong, and links its runbook, which is there", () => {
    for (const { alert, labels, annotations } of alerts()) {
      assert.match(labels.severity ?? "", /^(critical|warning|none)$/, alert);
      assert.ok((annotations.summary ?? "").length > 10, alert);
      assert.ok((annotations.description ?? "").length > 10, alert);
      assert.equal(annotations.runbook_url, `docs/runbooks/${alert}.md`);
      const file = path.join(runbooks, `${alert}.md`);
      assert.ok(existsSync(file), `${file} is missing`);
      const text = readFileSync(file, "utf8");
      for (const heading of [`# ${alert}`, "## What it means", "## What to do"])
        assert.ok(text.includes(heading), `${file} has no ${heading}`);
    }
  });

  test("no runbook is of an alert that there is not", () => {
    const known = new Set(alerts().map(({ alert }) => `${alert}.md`));
    const left = readdirSync(runbooks).filter((name) => !known.has(name) && name !== "README.md");
    assert.deepEqual(left, []);
  });

  test("all that can be left out are known to the schema, and the dead man's switch is none of them", () => {
    const { items } = schema.properties.platform.properties.monitoring.properties.disabledAlerts;
    assert.deepEqual(items.enum, alertNames);
    assert.ok(!alertNames.includes(watchdog));
  });

  test("an alert that is left out is not there", () => {
    const left = alerts(["NodeDown"]).map(({ alert }) => alert);
    assert.ok(!left.includes("NodeDown"));
    assert.ok(left.includes("DiskAlmostFull"));
  });

  for (const orchestrator of orchestrators)
    test(`${orchestrator}: are of the form that the rules of a site are held to`, () => {
      const text = rulesFile({ orchestrator, disabled: [], runbooks: "docs/runbooks" });
      assert.deepEqual(rulesMistakes(text), []);
    });
});

describe("an expression is held against Prometheus' grammar", () => {
  const cases: readonly (readonly [expression: string, mistake: RegExp | undefined])[] = [
    ["up == 0", undefined],
    ["sum by (job) (rate(errors_total[5m])) > 0.1", undefined],
    ["sum(rate(x[5m)) > 1", /is not PromQL from "\)\) > 1" on/],
    ["up ==", /ends too early/],
    ["  ", /empty/],
    ["up and", /ends too early/],
    ["two words", /is not PromQL from "words" on/],
  ];
  for (const [expression, mistake] of cases)
    test(expression, () => {
      const found = expressionMistake(expression);
      if (mistake === undefined) assert.equal(found, undefined);
      else assert.match(found ?? "", mistake);
    });
});
