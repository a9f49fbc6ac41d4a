/** What the real collector makes of lines. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import {
  collectorArguments,
  collectorConfiguration,
  type CollectorSettings,
} from "../../../components/logging/collectorConfig";
import { collectorProgram } from "../../../lab/images/openTelemetryCollector";
import { waitUntil } from "../../../lab/host/process";
import { BulkStore, byTime, type Document } from "../../support/logging/bulkStore";
import { Collector } from "../../support/logging/collector";
import { ContainerFile } from "../../support/logging/containerFiles";
import { temporaryFolder } from "../../support/logging/folder";
import { assertGolden } from "../spec/golden";

const run = promisify(execFile);
const golden = path.join(__dirname, "../../fixtures/logging");
const folder = temporaryFolder("documents");

const settings: CollectorSettings = {
  cluster: "lab",
  orchestrator: "swarm",
  store: {
    url: "https://store:9200",
    user: "collector",
    passwordFile: "/run/secrets/password",
    caFile: "/etc/otelcol-contrib/ca.pem",
  },
  bufferMiB: 1024,
  memoryMiB: 256,
  system: true,
  exclude: ["noisy-*", "a.b"],
};

let program: string;
before(async () => {
  program = await collectorProgram((line) => process.stderr.write(`${line}\n`));
});

/** One line of a text, and the fields that the document has because of it. */
interface Case {
  readonly lines: readonly string[];
  readonly fields: Document;
}

const long = JSON.stringify({ level: "info", message: "long", text: "x".repeat(9000) });

const cases: Readonly<Record<string, Case>> = {
  "a text is the message": {
    lines: ["hello <you> & you"],
    fields: { message: "hello <you> & you" },
  },
  "a text says how grave it is": {
    lines: ["2026-11-22 10:00:00,123 WARN  o.e.Shop - low"],
    fields: { message: "2026-11-22 10:00:00,123 WARN  o.e.Shop - low", level: "warn" },
  },
  "logfmt does": {
    lines: ['time=now level=error msg="no stock"'],
    fields: { message: 'time=now level=error msg="no stock"', level: "error" },
  },
  "klog does": {
    lines: ["E1122 10:00:00.123456       1 shop.go:7] no stock"],
    fields: { message: "E1122 10:00:00.123456       1 shop.go:7] no stock", level: "error" },
  },
  "nginx does": {
    lines: ["2026/11/22 10:00:00 [crit] 7#7: no stock"],
    fields: { message: "2026/11/22 10:00:00 [crit] 7#7: no stock", level: "fatal" },
  },
  "a word that only looks like it does not": {
    lines: ["no error at all, for your information"],
    fields: { message: "no error at all, for your information" },
  },
  "JSON gives its message and its level away": {
    lines: ['{"level":"WARNING","msg":"low","stock":{"apples":1}}'],
    fields: { message: "low", level: "warn", json: { level: "WARNING", stock: { apples: 1 } } },
  },
  "JSON's levels can be numbers": {
    lines: ['{"level":50,"message":"no stock"}'],
    fields: { message: "no stock", level: "error", json: { level: 50 } },
  },
  "JSON without a message stays a text, too": {
    lines: ['{"severity":"notice","stock":1}'],
    fields: {
      message: '{"severity":"notice","stock":1}',
      level: "info",
      json: { severity: "notice", stock: 1 },
    },
  },
  "a message that is no text stays where it is": {
    lines: ['{"message":{"a":1}}'],
    fields: { message: '{"message":{"a":1}}', json: { message: { a: 1 } } },
  },
  "JSON that is only a message leaves nothing over": {
    lines: ['{"message":"all"}'],
    fields: { message: "all" },
  },
  "what only begins as JSON is a text": {
    lines: ['{"message":"a"} {"message":"b"}'],
    fields: { message: '{"message":"a"} {"message":"b"}' },
  },
  "broken JSON is a text": { lines: ['{"message":}'], fields: { message: '{"message":}' } },
  "JSON over several lines is JSON": {
    lines: ["{", '  "message": "several",', '  "n": 1', "}"],
    fields: { message: "several", json: { n: 1 } },
  },
  "JSON that is too long for a term is a text": { lines: [long], fields: { message: long } },
  "a stack trace is one text": {
    lines: ["ERROR no stock", "\tat org.example.Shop.<init>(Shop.java:7)"],
    fields: {
      message: "ERROR no stock\n\tat org.example.Shop.<init>(Shop.java:7)",
      level: "error",
    },
  },
  "a panic is as grave as can be": {
    lines: ["panic: no stock", "", "goroutine 1 [running]:", "main.main()", "\t/src/shop.go:7"],
    fields: {
      message: "panic: no stock\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/shop.go:7",
      level: "fatal",
    },
  },
  "pieces are one line": {
    lines: ["a".repeat(20_000)],
    fields: { message: "a".repeat(20_000) },
  },
};

const container = "0123456789abcdef".repeat(4);
const inAll: Document = { cluster: "lab", node: "node-1", source: "container", stream: "stdout" };

/** The documents of a store, as they were written. */
function inOrder(store: BulkStore): readonly Document[] {
  return store.documents.map(({ document }) => document).sort(byTime);
}

/** A document without what {@link cases} do not speak of. */
function compared(document: Document | undefined): Document {
  const { "@timestamp": time, order, ...rest } = document ?? {};
  assert.match(String(time), /^2026-11-22T10:00:00\.\d+Z$/);
  assert.equal(typeof order, "number");
  return rest;
}

interface Running {
  readonly store: BulkStore;
  readonly collector: Collector;
}

/** @param edit changes the configuration: for what only a cluster has */
async function collect(
  name: string,
  own: Partial<CollectorSettings>,
  expected: number,
  edit: (text: string) => string = (text) => text,
): Promise<Running> {
  const room = path.join(folder, name);
  mkdirSync(room, { recursive: true });
  const store = new BulkStore();
  await store.open();
  const url = `http://127.0.0.1:${store.port}`;
  const collector = new Collector(program, room, {
    ...settings,
    store: { url },
    system: false,
    ...own,
  });
  const file = path.join(room, "config.yaml");
  writeFileSync(file, edit(readFileSync(file, "utf8")));
  collector.start();
  after(async () => {
    await collector.stop();
    await store.close();
  });
  await waitUntil(() => Promise.resolve(store.size >= expected), 120_000, 50).catch(() => {
    throw new Error(`${store.size} of ${expected} documents came: ${collector.said().join("\n")}`);
  });
  return { store, collector };
}

describe("the collector's configuration", () => {
  for (const orchestrator of ["swarm", "kubernetes"] as const)
    test(`${orchestrator}: is what the golden file says`, () => {
      const text = collectorConfiguration({ ...settings, orchestrator });
      assertGolden(path.join(golden, `${orchestrator}.collector.yml`), text);
    });

  for (const orchestrator of ["swarm", "kubernetes"] as const)
    test(`${orchestrator}: the collector takes it`, async () => {
      const file = path.join(folder, `${orchestrator}.yml`);
      const secret = path.join(folder, "password");
      writeFileSync(secret, 'a: "b$c\n');
      const store = { url: "https://store:9200", user: "collector", passwordFile: secret };
      const own = { orchestrator, store, paths: { host: "/", data: path.join(folder, "data") } };
      writeFileSync(file, collectorConfiguration({ ...settings, ...own }));
      const [, ...gates] = collectorArguments;
      const env = { NODE_NAME: "node-1" };
      await run(program, ["validate", `--config=${file}`, ...gates], { env });
    });
});

describe("lines in the engine's files", () => {
  let running: Running;
  before(async () => {
    const logs = path.join(folder, "engine-logs");
    const attributes = {
      "com.docker.stack.namespace": "shop",
      "com.docker.swarm.service.name": "shop_web",
      "com.docker.swarm.task.name": "shop_web.1.abc",
      tag: `registry.example.org:5000/shop/web:1.2.0@sha256:${"a".repeat(64)}`,
    };
    const start = new Date("2026-11-22T10:00:00Z");
    const file = new ContainerFile({ folder: logs, id: container, attributes }, start);
    for (const { lines } of Object.values(cases)) file.write(lines);
    file.append("not a line of the engine's\n");
    file.write(["after"]);
    const left = { "com.docker.stack.namespace": "noisy-one" };
    new ContainerFile({ folder: logs, id: "f".repeat(64), attributes: left }, start).write(["no"]);
    running = await collect(
      "engine",
      { paths: { engineLogs: logs } },
      Object.keys(cases).length + 2,
    );
  });

  for (const [at, [title, { fields }]] of Object.entries(cases).entries())
    test(title, () => {
      assert.deepEqual(compared(inOrder(running.store)[at]), {
        ...inAll,
        application: "shop",
        service: "web",
        instance: "shop_web.1.abc",
        image: "registry.example.org:5000/shop/web:1.2.0",
        version: "1.2.0",
        container: container.slice(0, 12),
        ...fields,
      });
    });

  test("what the engine did not write comes as it is", () => {
    const [foreign, ...others] = running.store.documents
      .map(({ document }) => document)
      .filter(({ stream }) => stream === undefined);
    assert.equal(foreign?.message, "not a line of the engine's");
    assert.equal(foreign.source, "container");
    assert.deepEqual(others, []);
  });

  test("go into the index of their day, but those of applications that are left out", () => {
    const { documents } = running.store;
    assert.equal(documents.length, Object.keys(cases).length + 2);
    const written = documents.filter(({ document }) => document.stream !== undefined);
    const indexes = new Set(written.map(({ index }) => index));
    assert.deepEqual([...indexes], ["slipway-logs-lab.2026.11.22"]);
  });

  test("the collector has nothing to complain of", () => {
    assert.deepEqual(running.collector.complaints(), []);
  });
});

describe("lines in the files of a Kubernetes node", () => {
  let running: Running;
  before(async () => {
    const logs = path.join(folder, "pods");
    const pod = path.join(logs, "shop_web-abc-1_0b1c2d3e-0000-4000-8000-000000000001/web");
    mkdirSync(pod, { recursive: true });
    let nanoseconds = 0;
    const line = (text: string, tag: string) => {
      nanoseconds += 1;
      return `2026-11-22T10:00:00.${String(nanoseconds).padStart(9, "0")}Z stdout ${tag} ${text}\n`;
    };
    const written = Object.values(cases).flatMap(({ lines }) =>
      lines.flatMap((text) =>
        (text.match(/[^]{1,16384}/g) ?? [""]).map((piece, at, all) =>
          line(piece, at + 1 < all.length ? "P" : "F"),
        ),
      ),
    );
    writeFileSync(path.join(pod, "0.log"), written.join(""));
    const own = { orchestrator: "kubernetes", paths: { podLogs: logs } } as const;
    // There is no cluster to ask for labels.
    running = await collect("pods", own, Object.keys(cases).length, (text) =>
      text.replace("        - k8sattributes\n", ""),
    );
  });

  for (const [at, [title, { fields }]] of Object.entries(cases).entries())
    test(title, () => {
      assert.deepEqual(compared(inOrder(running.store)[at]), {
        ...inAll,
        application: "shop",
        service: "web",
        instance: "web-abc-1",
        container: "0b1c2d3e-0000-4000-8000-000000000001/web/0",
        ...fields,
      });
    });

  test("the collector has nothing to complain of", () => {
    assert.deepEqual(running.collector.complaints(), []);
  });
});

test("lines of the journal have unit, source and level", async () => {
  const journalctl = path.join(folder, "journalctl");
  const line = (number: number, fields: Document) =>
    JSON.stringify({
      __CURSOR: `s=1;i=${number}`,
      __REALTIME_TIMESTAMP: String(Date.UTC(2026, 10, 22, 10) * 1000 + number),
      __MONOTONIC_TIMESTAMP: String(number),
      ...fields,
    });
  const lines = [
    line(1, { MESSAGE: "container died", PRIORITY: "3", _SYSTEMD_UNIT: "docker.service" }),
    line(2, { MESSAGE: "it's up", PRIORITY: "6", SYSLOG_IDENTIFIER: "kernel" }),
    line(3, { MESSAGE: [104, 105], PRIORITY: "4", _SYSTEMD_UNIT: "ssh.service" }),
  ];
  writeFileSync(`${journalctl}.txt`, `${lines.join("\n")}\n`);
  writeFileSync(journalctl, `#!/bin/sh\ncat '${journalctl}.txt'\nexec sleep 1000\n`);
  chmodSync(journalctl, 0o755);
  const { store } = await collect("journal", { system: true, paths: { host: "/" } }, 3, (text) =>
    text.replace("/usr/bin/journalctl", journalctl),
  );
  const common = { cluster: "lab", node: "node-1" };
  assert.deepEqual(inOrder(store).map(compared), [
    {
      ...common,
      message: "container died",
      level: "error",
      unit: "docker.service",
      source: "engine",
    },
    { ...common, message: "it's up", level: "info", unit: "kernel", source: "system" },
    { ...common, message: "hi", level: "warn", unit: "ssh.service", source: "system" },
  ]);
});
