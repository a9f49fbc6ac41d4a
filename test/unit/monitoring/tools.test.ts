/** Rules and configurations as Prometheus' and Alertmanager's own tools see them. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { monitoringTools } from "../../../lab/images/monitoring";
import { rulesFile } from "../../../components/monitoring/rules";
import { assertGolden } from "../spec/golden";

const golden = path.join(__dirname, "../../fixtures/monitoring");
const run = promisify(execFile);

let tools: { readonly promtool: string; readonly amtool: string };
const work = mkdtempSync(path.join(os.tmpdir(), "slipway-rules-"));
before(async () => {
  tools = await monitoringTools((line) => process.stderr.write(`${line}\n`));
});
after(() => {
  rmSync(work, { recursive: true, force: true });
});

/** What a tool prints. @throws Error with all that it says where it is not content. */
async function output(tool: "promtool" | "amtool", ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run(tools[tool], args, { cwd: golden });
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${tool} ${args.join(" ")}:\n${stdout}${stderr}`, { cause: error });
  }
}

describe("promtool", () => {
  test("kubernetes: the rules are those that the tests below are about", () => {
    const text = rulesFile({ orchestrator: "kubernetes", disabled: [], runbooks: "docs/runbooks" });
    assertGolden(path.join(golden, "kubernetes.rules.yml"), text);
  });

  for (const file of ["swarm.plain.slipway.rules.yml", "kubernetes.rules.yml"])
    test(`takes ${file}`, async () => {
      await output("promtool", "check", "rules", file);
    });

  for (const file of ["swarm", "kubernetes", "objectives", "hours", "logging"])
    test(`rules do as ${file}.yml says`, async () => {
      await output("promtool", "test", "rules", `rules/${file}.yml`);
    });

  for (const title of ["plain", "full"])
    test(`takes the ${title} configuration of a Swarm's Prometheus`, async () => {
      const file = path.join(work, `${title}.yml`);
      const text = readFileSync(path.join(golden, `swarm.${title}.prometheus.yml`), "utf8");
      writeFileSync(file, text.replace("/etc/prometheus/rules/*.yml", `${work}/*.rules`));
      await output("promtool", "check", "config", file);
    });

  test("takes the configuration of one that sends to the site's", async () => {
    const file = path.join(work, "external.yml");
    const text = readFileSync(path.join(golden, "swarm.external.prometheus.yml"), "utf8");
    const there = text
      .replace("/run/secrets/prometheus.password", "/dev/null")
      .replace(
        "/etc/prometheus/authorities.pem",
        path.join(__dirname, "../../fixtures/spec/files/apps.pem"),
      );
    writeFileSync(file, there);
    await output("promtool", "check", "config", "--agent", file);
  });
});

describe("amtool", () => {
  for (const title of ["plain", "full"])
    test(`takes the ${title} configuration`, async () => {
      await output("amtool", "check-config", `swarm.${title}.alertmanager.yml`);
    });

  const receivers = (...labels: readonly string[]) =>
    output(
      "amtool",
      "config",
      "routes",
      "test",
      "--config.file=swarm.full.alertmanager.yml",
      ...labels,
    ).then((text) => text.trim());

  test("says that alerts go by severity and owner, and all others to the default", async () => {
    assert.equal(await receivers("severity=critical", "owner=platform"), "on-call");
    assert.equal(await receivers("severity=warning", "owner=team-shop"), "chat");
    assert.equal(await receivers("severity=critical", "owner=team-shop"), "on-call");
    assert.equal(await receivers("severity=warning", "owner=platform"), "platform-team");
  });

  test("says that the dead man's switch goes to its receiver alone", async () => {
    assert.equal(await receivers("alertname=Watchdog", "severity=none"), "heartbeat");
  });
});
