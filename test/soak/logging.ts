/**
 * A hundred thousand lines through the real collector, by the gateway, into the real OpenSearch, which is away for ten minutes
 * while the collector is killed time and again: `npm run soak:logging -- [minutes] [entries]`. Root; nothing but this machine.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { collectorProgram } from "../../lab/images/openTelemetryCollector";
import { waitUntil } from "../../lab/host/process";
import { Collector } from "../support/logging/collector";
import { Flood } from "../support/logging/flood";
import { OpenSearch, storePassword } from "../support/logging/opensearch";

const cluster = "lab";
const containers = 5;
const storePort = 29200;
/** How often the collector is killed while the store is away. */
const kills = 5;

const begin = Date.now();
function say(line: string): void {
  console.log(`${((Date.now() - begin) / 1000).toFixed(0).padStart(5)} s  ${line}`);
}

function mebibytes(folder: string): string {
  const bytes = readdirSync(folder).map((name) => statSync(path.join(folder, name)).size);
  return `${(bytes.reduce((sum, each) => sum + each, 0) / 2 ** 20).toFixed(1)} MiB`;
}

async function isThere(store: OpenSearch): Promise<void> {
  const answers = async () => (await store.ask("GET", "/").catch(() => undefined)) !== undefined;
  await waitUntil(answers, 10 * 60_000, 1000);
}

/** Waits until so many entries are in the store, or until nothing comes any more. */
async function settled(store: OpenSearch, entries: number): Promise<void> {
  let [last, at] = [-1, Date.now()];
  const isOver = async () => {
    const count = (await store.count(cluster)) ?? 0;
    if (count !== last) [last, at] = [count, Date.now()];
    return count >= entries || Date.now() - at > 120_000;
  };
  await waitUntil(isOver, 60 * 60_000, 500);
}

async function main(minutes: number, entries: number): Promise<number> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-soak-"));
  const program = await collectorProgram(say);
  const store = await OpenSearch.prepare(folder, storePort);
  store.start();
  const gateway = await store.gateway();
  const flood = new Flood({
    folder: path.join(folder, "logs"),
    containers,
    entries: Math.round(entries / containers),
    maxSize: 10 * 2 ** 20,
    maxFiles: 3,
  });
  const passwordFile = path.join(folder, "password");
  writeFileSync(passwordFile, storePassword);
  const collector = new Collector(program, folder, {
    cluster,
    orchestrator: "swarm",
    store: {
      url: `https://localhost:${gateway.port}`,
      user: "admin",
      passwordFile,
      caFile: store.caFile,
    },
    bufferMiB: 1024,
    memoryMiB: 256,
    system: false,
    exclude: [],
    paths: { engineLogs: flood.folder },
  });
  const told = () =>
    `collector ${collector.memory().now.toFixed(0)} MiB (at most ${collector.memory().most.toFixed(0)}), ${collector.cpuSeconds().toFixed(1)} s of a processor, queue ${mebibytes(path.join(folder, "data/queue"))}`;
  try {
    await isThere(store);
    await store.putTemplate(cluster);
    say(`OpenSearch answers, ${store.memory().toFixed(0)} MiB`);
    collector.start();
    const flowing = Date.now();
    flood.writeUpTo(0.3);
    await settled(store, flood.entries * 0.3);
    const seconds = (Date.now() - flowing) / 1000;
    say(
      `${flood.lines} lines are in the store, ${(flood.lines / seconds).toFixed(0)} a second; ${told()}`,
    );

    await store.stop();
    const away = Date.now();
    say("the store is away");
    for (let round = 1; round <= kills; round += 1) {
      flood.writeUpTo(0.3 + (0.6 * round) / kills);
      const until = away + (minutes * 60_000 * round) / kills;
      await waitUntil(() => Promise.resolve(Date.now() >= until), minutes * 60_000 + 60_000, 200);
      say(told());
      await collector.stop();
      collector.start();
    }
    store.start();
    await isThere(store);
    const back = Date.now();
    say(`the store is back after ${((back - away) / 60_000).toFixed(1)} minutes`);
    flood.writeUpTo(1);
    await settled(store, flood.entries);
    say(`caught up in ${((Date.now() - back) / 1000).toFixed(0)} s; ${told()}`);

    const objections = flood.objections(await store.documents(cluster));
    say(`${flood.lines} lines as ${flood.entries} entries, ${objections.length} objections`);
    for (const each of objections.slice(0, 10)) console.log(`  ${each}`);
    return objections.length === 0 ? 0 : 1;
  } finally {
    await collector.stop();
    gateway.stop();
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const [minutes = "10", entries = "50000"] = process.argv.slice(2);
main(Number(minutes), Number(entries)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
