/**
 * What the real collector and the real gateway tell of themselves: dashboards and alerts may use nothing else. With
 * `UPDATE_GOLDEN=1` it is recorded anew.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { gatewayConfiguration } from "../../../components/logging/gatewayConfig";
import { collectorProgram } from "../../../lab/images/openTelemetryCollector";
import { waitUntil } from "../../../lab/host/process";
import { needSuite, unpackPackages } from "../../../lab/parts/apt";
import { Authority } from "../../../lab/registry/authority";
import { endChild } from "../../support/child";
import { freePort } from "../../support/freePort";
import { BulkStore } from "../../support/logging/bulkStore";
import { Collector } from "../../support/logging/collector";
import { Flood } from "../../support/logging/flood";
import { temporaryFolder } from "../../support/logging/folder";
import { namesIn, recordOf } from "../../support/logging/metrics";
import { assertGolden } from "../spec/golden";

const folder = temporaryFolder("telemetry");
const say = (line: string) => process.stderr.write(`${line}\n`);

/** A page of metrics, once it is there and as it is wanted. */
async function page(url: string, isComplete: (text: string) => boolean): Promise<string> {
  let text = "";
  const asked = async () => {
    text = await fetch(url).then(
      (response) => response.text(),
      () => "",
    );
    return isComplete(text);
  };
  assert.ok(await waitUntil(asked, 60_000, 200), text);
  return text;
}

test("the collector's metrics are those of its record", async () => {
  const store = new BulkStore();
  await store.open();
  after(() => store.close());
  const logs = path.join(folder, "logs");
  const flood = new Flood({
    folder: logs,
    containers: 2,
    entries: 20,
    maxSize: 2 ** 22,
    maxFiles: 2,
  });
  const port = await freePort();
  const room = path.join(folder, "collector");
  mkdirSync(room);
  const collector = new Collector(
    await collectorProgram(say),
    room,
    {
      cluster: "lab",
      orchestrator: "swarm",
      store: { url: `http://127.0.0.1:${store.port}` },
      bufferMiB: 16,
      memoryMiB: 256,
      system: false,
      exclude: [],
      paths: { engineLogs: logs },
    },
    port,
  );
  collector.start();
  after(() => collector.stop());
  flood.writeUpTo(1);
  const text = await page(`http://127.0.0.1:${port}/metrics`, (found) =>
    new RegExp(`^otelcol_exporter_sent_log_records_total\\{.*\\} ${flood.entries}$`, "m").test(
      found,
    ),
  );
  assertGolden(recordOf("collector"), namesIn(text));
});

test("the gateway's metrics are those of its record, and nothing else is at their port", async () => {
  const packages = path.join(folder, "haproxy");
  await needSuite("bookworm");
  await unpackPackages(["haproxy"], packages);
  const authority = await Authority.create(path.join(folder, "authority"));
  const { certificate, key } = await authority.issue("gateway", [
    { type: "dns", value: "localhost" },
  ]);
  const certificateFile = path.join(folder, "gateway.pem");
  writeFileSync(certificateFile, readFileSync(certificate, "utf8") + readFileSync(key, "utf8"));
  const metricsPort = await freePort();
  const file = path.join(folder, "gateway.cfg");
  const text = gatewayConfiguration({
    // Nobody is there: a gateway tells the same of a store that is away.
    store: `localhost:${await freePort()}`,
    caFile: authority.certificatePath,
    certificateFile,
    port: await freePort(),
    metricsPort,
  });
  // Of this name the machine knows, and no DNS server.
  writeFileSync(file, text.replace(/ resolvers names init-addr \S+/, ""));
  const root = path.join(packages, "root");
  const child = spawn(path.join(root, "usr/sbin/haproxy"), ["-db", "-f", file], {
    stdio: "ignore",
    env: { LD_LIBRARY_PATH: path.join(root, "usr/lib/x86_64-linux-gnu") },
  });
  after(() => endChild(child, "SIGKILL"));
  const url = `http://127.0.0.1:${metricsPort}`;
  const found = await page(`${url}/metrics?scope=frontend&scope=backend`, (said) => said !== "");
  assertGolden(recordOf("gateway"), namesIn(found));
  assert.equal((await fetch(`${url}/stats`)).status, 403);
});
