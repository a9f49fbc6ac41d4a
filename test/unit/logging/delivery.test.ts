/** Nothing is lost and nothing is there twice, whatever happens to the collector and to the store. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import {
  passwordContent,
  type CollectorSettings,
} from "../../../components/logging/collectorConfig";
import { collectorProgram } from "../../../lab/images/openTelemetryCollector";
import { waitUntil } from "../../../lab/host/process";
import { BulkStore } from "../../support/logging/bulkStore";
import { Collector } from "../../support/logging/collector";
import { Flood } from "../../support/logging/flood";
import { temporaryFolder } from "../../support/logging/folder";

const folder = temporaryFolder("delivery");
const mebibyte = 2 ** 20;

let program: string;
before(async () => {
  program = await collectorProgram((line) => process.stderr.write(`${line}\n`));
});

/** A collector, what it reads and where it sends that. */
class Scene {
  readonly store = new BulkStore();

  private constructor(
    readonly flood: Flood,
    private readonly room: string,
  ) {}

  static async open(name: string, entries: number, maxSize: number): Promise<Scene> {
    const room = path.join(folder, name);
    mkdirSync(room);
    const logs = path.join(room, "logs");
    const flood = new Flood({ folder: logs, containers: 5, entries, maxSize, maxFiles: 5 });
    const scene = new Scene(flood, room);
    await scene.store.open();
    after(() => scene.store.close());
    return scene;
  }

  /** A collector that runs, and goes on where the one before it was. */
  collector(own: Partial<CollectorSettings> = {}): Collector {
    const collector = new Collector(program, this.room, {
      cluster: "lab",
      orchestrator: "swarm",
      store: { url: `http://127.0.0.1:${this.store.port}` },
      bufferMiB: 256,
      memoryMiB: 256,
      system: false,
      exclude: [],
      paths: { engineLogs: this.flood.folder },
      ...own,
    });
    collector.start();
    after(() => collector.stop());
    return collector;
  }

  /** Waits until the store has so many entries. */
  async has(entries: number): Promise<void> {
    await waitUntil(() => Promise.resolve(this.store.size >= entries), 300_000, 50).catch(() => {
      throw new Error(`${this.store.size} of ${entries} entries came`);
    });
  }

  assertComplete(): void {
    assert.deepEqual(this.flood.objections(this.store.documents.map((each) => each.document)), []);
  }
}

describe("every line is found once, in order and with its labels", () => {
  test("100,000 lines, rotated, with the collector killed and the store away", async (t) => {
    const scene = await Scene.open("flood", 10_000, 4 * mebibyte);
    const { flood, store } = scene;
    const begin = Date.now();
    let collector = scene.collector();
    flood.writeUpTo(0.3);
    await scene.has(flood.entries * 0.1);
    await store.close();
    const before = store.size;
    flood.writeUpTo(0.5);
    await collector.stop();
    collector = scene.collector();
    flood.writeUpTo(0.7);
    // It has read on while nobody took what it read.
    await waitUntil(() => Promise.resolve(collector.cpuSeconds() > 2), 120_000, 50);
    await collector.stop();
    collector = scene.collector();
    assert.equal(store.size, before);
    await store.open();
    flood.writeUpTo(1);
    await scene.has(flood.entries);
    const seconds = (Date.now() - begin) / 1000;
    scene.assertComplete();
    t.diagnostic(
      `${flood.lines} lines in ${seconds.toFixed(0)} s, ${store.conflicts} sent twice, ` +
        `${collector.memory().most.toFixed(0)} MiB, ${collector.cpuSeconds().toFixed(0)} s of a processor since the last kill`,
    );
  });

  test("with a queue that is full: reading waits, and goes on", async () => {
    const scene = await Scene.open("full", 2000, 64 * mebibyte);
    const { flood, store } = scene;
    await store.close();
    let collector = scene.collector({ bufferMiB: 2 });
    flood.writeUpTo(1);
    // Full: it reads no more.
    let used = 0;
    await waitUntil(
      () => {
        const [earlier, now] = [used, collector.cpuSeconds()];
        used = now;
        return Promise.resolve(now > 0.5 && now - earlier < 0.05);
      },
      120_000,
      2000,
    );
    await collector.stop();
    collector = scene.collector({ bufferMiB: 2 });
    await store.open();
    await scene.has(flood.entries);
    scene.assertComplete();
  });

  for (const status of [401, 403, 429, 500, 503])
    test(`with a store that refuses with ${status} for a while`, async () => {
      const scene = await Scene.open(`refused-${status}`, 20, 64 * mebibyte);
      const { flood, store } = scene;
      store.refusal = status;
      scene.collector();
      flood.writeUpTo(1);
      await waitUntil(() => Promise.resolve(store.refused >= 2), 60_000, 50);
      store.refusal = undefined;
      await scene.has(flood.entries);
      scene.assertComplete();
    });
});

test("the store is asked with the password of the file, whatever it is made of", async () => {
  const scene = await Scene.open("password", 5, 64 * mebibyte);
  for (const [at, password] of [
    "plain",
    'a: "b$c',
    "${env:HOME} $$ $",
    "007",
    "- @*&!%",
  ].entries()) {
    const passwordFile = path.join(folder, `password-${at}`);
    writeFileSync(passwordFile, passwordContent(password));
    const url = `http://127.0.0.1:${scene.store.port}`;
    const collector = scene.collector({ store: { url, user: "some one", passwordFile } });
    scene.flood.writeUpTo((at + 1) / 5);
    await scene.has((at + 1) * 5);
    assert.equal(scene.store.credentials, `some one:${password}`);
    await collector.stop();
  }
});
