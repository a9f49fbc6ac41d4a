/** The status as a page and for a terminal. */
import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { html } from "../../../cli/status/formats/html";
import { blocks, sparkline } from "../../../cli/status/formats/sparkline";
import { painted, terminalLines } from "../../../cli/status/formats/terminal";
import { statusView } from "../../../cli/status/model";
import { assertGolden } from "../spec/golden";
import { degraded, facts, healthy, unmonitored, unreachable } from "./facts";

const golden = path.join(__dirname, "../../fixtures/status");

const cases = {
  healthy: facts(healthy()),
  degraded: facts(degraded()),
  unreachable: facts(unreachable()),
  all: facts(healthy(), degraded(), unreachable(), unmonitored()),
};

void describe("the status", () => {
  for (const [name, found] of Object.entries(cases)) {
    const view = statusView(found);
    void test(`of what is ${name}, as a page`, () => {
      assertGolden(path.join(golden, `${name}.html`), html(view));
    });
    void test(`of what is ${name}, for a terminal`, () => {
      const lines = terminalLines(view).map((line) => painted(line, false));
      assertGolden(path.join(golden, `${name}.txt`), `${lines.join("\n")}\n`);
    });
  }

  void test("as a page has no script, asks nobody, and no text is markup", () => {
    const page = html(
      statusView(facts(healthy(), degraded("javascript:<script>'\""), unreachable())),
    );
    assert.doesNotMatch(page, /<script|<link|<img|<iframe|src=|url\(/);
    assert.ok(page.includes("cijavascript:&lt;script&gt;&#39;&quot;"));
    assert.deepEqual(
      [...page.matchAll(/href="([^"]*)"/g)].map(([, to = ""]) => to),
      ["#cluster-1", "#cluster-2", "#cluster-3", "https://runbooks.example.com/NodeDown.md"],
    );
  });

  void test("for a terminal has no control characters of others, and colours only where it may", () => {
    const line = { severity: "critical", text: "node \u001b[2J\n is down" } as const;
    assert.equal(painted(line, false), "node  [2J  is down");
    assert.equal(painted(line, true), "\u001b[31mnode  [2J  is down\u001b[0m");
  });
});

void describe("a small plot", () => {
  const label = "label";

  void test("has a gap where there is no value, and a dot for one alone", () => {
    const svg = sparkline([1, 2, null, 4, null], { label });
    assert.match(svg, / d="M0 29L45 20M135 2L135 2"/);
  });

  void test("of a share goes up to the whole of it", () => {
    assert.match(sparkline([0.5, 1], { label, ceiling: 1 }), / d="M0 20L180 2"/);
    assert.equal(blocks([0.25, 0.5], { ceiling: 1 }), "▃▅");
  });

  void test("is flat where all is nought", () => {
    assert.match(sparkline([0, 0], { label }), / d="M0 38L180 38"/);
    assert.equal(blocks([0, 0]), "▁▁");
  });

  void test("in blocks takes the highest of what does not fit", () => {
    assert.equal(blocks([0, 8, null, null, 4, 0], { length: 3 }), "█ ▅");
  });
});
