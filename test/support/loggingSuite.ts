/**
 * Logging, the same on every orchestrator: lines of containers that write at speed while the store is away and a collector is
 * killed are all there, once, in order and with their labels; old ones go; and only the right accounts get in.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lab, Orchestrator } from "../../lab";
import { waitUntil } from "../../lab/host/process";
import { provideImages } from "../../lab/images";
import { loggingImages } from "../../components/logging/images";
import { indexPrefix } from "../../components/logging/indexes";
import { storeUrl, users } from "../../components/logging/names";
import { files, pathOf } from "../../components/logging/store/paths";
import {
  answerIn,
  curlConfig,
  type StoreAnswer,
  type StoreRequest,
} from "../../provider/logStore/curl";
import type { CommonYml, LabCluster } from "./cluster";
import type { Site } from "./site";
import { standUpLab, takeDownLab } from "./testLab";

/** What a test does to a cluster of one orchestrator, and asks of it. */
export interface Logged {
  readonly cluster: LabCluster;
  /** Runs a command of a shell in the store's container. */
  inStore(command: string): Promise<string>;
  /** Takes the store away, or brings it back. */
  scaleStore(replicas: 0 | 1): Promise<void>;
  /** Kills the collector of a worker; it is started again by whoever runs it. */
  killCollector(): Promise<void>;
  /** Memory of what logging runs, for people. */
  memory(): Promise<string>;
}

const minute = 60_000;
const writers = 2;
/** Of each writer. */
const lines = 50_000;
const storeAwaySeconds = 60;

/** Numbered lines of one container, a thousand at a time, with a stack trace and JSON among the first. */
const script = `
host=$(hostname)
echo '{"level":"warn","msg":"json of '$host'","user":"anna","count":7}'
printf 'ERROR trace of %s\\njava.lang.IllegalStateException: no\\n\\tat org.example.Shop.pay(Shop.java:7)\\n\\tat org.example.Main.main(Main.java:3)\\n' $host
i=0
while [ $i -lt ${lines} ]; do
  awk -v from=$i -v host=$host 'BEGIN { for (n = from + 1; n <= from + 1000; n++) print "line #" host "-" n "# of a container that writes at speed" }'
  i=$((i + 1000))
  sleep 1
done
echo "written #$host#"
exec sleep 100000
`;

const applicationYml = `
x-slipway: { version: 1.0.0 }
services:
  writer:
    image: \${REGISTRY}/${loggingImages.store}
    entrypoint: [sh, -c]
    command:
      - |
${script
  .trim()
  .split("\n")
  .map((line) => `        ${line.replaceAll("$", "$$$$")}`)
  .join("\n")}
    deploy:
      replicas: ${writers}
      endpoint_mode: dnsrr
      placement: { constraints: [node.role == worker], max_replicas_per_node: 1 }
      resources: { limits: { memory: 64M } }
`;

interface Line {
  readonly "@timestamp": string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** @param standUp makes the cluster, without an \`up\`. @param change adds logging to its file */
export function loggingSuite(
  title: string,
  orchestrator: Orchestrator,
  standUp: (lab: Lab, change: (yml: CommonYml) => void) => Promise<Logged>,
): void {
  void describe(title, { timeout: 60 * minute }, () => {
    let lab: Lab;
    let logged: Logged;
    let application: Site;

    const site = () => logged.cluster.site;
    /** Lines as \`slipway logs\` finds them. */
    const found = async (...args: readonly string[]): Promise<readonly Line[]> => {
      const { code, stdout, output } = await site().slipway("logs", ...args, "--json");
      assert.equal(code, 0, output);
      return stdout
        .split("\n")
        .filter(Boolean)
        .map((text) => JSON.parse(text) as Line);
    };
    const ofWriters = (...args: readonly string[]) =>
      found("flood", logged.cluster.name, "--since", "1h", ...args);
    /** What the store answers, asked in its container. */
    const ask = async (
      credential: { readonly username: string; readonly password: string },
      request: StoreRequest,
    ): Promise<StoreAnswer> => {
      const config = curlConfig(
        { url: storeUrl, caFile: pathOf(files.authority), ...credential },
        request,
      );
      const encoded = Buffer.from(config).toString("base64");
      return answerIn(
        await logged.inStore(`echo ${encoded} | base64 -d | curl --disable --config -`),
      );
    };
    const asAdmin = async (request: StoreRequest) => {
      const { stdout } = await site().must(
        "stack",
        "export",
        "--show-secrets",
        "--stack",
        site().stack,
      );
      const { deployment } = JSON.parse(stdout) as {
        deployment: {
          resources: readonly { type: string; inputs?: Readonly<Record<string, unknown>> }[];
        };
      };
      const store = deployment.resources.find(({ type }) => type === "slipway:index:LogStore");
      const { plaintext = '""' } = (store?.inputs?.password ?? {}) as { plaintext?: string };
      return ask({ username: users.admin, password: JSON.parse(plaintext) as string }, request);
    };

    before(async () => {
      lab = await standUpLab(orchestrator);
      await provideImages(lab, "logging", (line) => process.stdout.write(`lab: ${line}\n`));
      logged = await standUp(lab, (yml) => {
        const { workers } = yml.nodePools;
        assert.ok(workers);
        Object.assign(workers, { count: 2, memoryMiB: 2560, diskGiB: 20 });
        yml.platform = {
          ...yml.platform,
          mirror: lab.env.SLIPWAY_LAB_REGISTRY ?? "",
          logging: {
            storage: { node: "workers-0", sizeGiB: 6 },
            memoryMiB: 1024,
            retention: { time: "2d" },
            buffer: { sizeMiB: 256 },
          },
        };
      });
      await site().up();
    });

    after(async () => {
      await takeDownLab();
      await logged.cluster.remove();
    });

    void test("stands as the file says, and a second preview has nothing to do", async () => {
      await logged.cluster.expectSettled();
    });

    void test("shows no secret in state", async () => {
      const { loggingReader } = (await site().outputs()) as {
        loggingReader?: { password?: string };
      };
      const state = await site().must("stack", "export", "--stack", site().stack);
      assert.ok(!state.stdout.includes(loggingReader?.password ?? "nobody"));
    });

    void test("lets nobody in with a wrong password, and the reader read alone", async () => {
      const search = {
        method: "GET",
        path: `/${indexPrefix(logged.cluster.name)}*/_search`,
      } as const;
      const wrong = await ask({ username: users.reader, password: "wrong" }, search);
      assert.equal(wrong.status, 401);
      const { stdout } = await site().must(
        "stack",
        "output",
        "loggingReader",
        "--json",
        "--show-secrets",
        "--stack",
        site().stack,
      );
      const reader = JSON.parse(stdout) as { username: string; password: string };
      assert.equal((await ask(reader, search)).status, 200);
      const index = `/${indexPrefix(logged.cluster.name)}2026.01.01`;
      assert.equal((await ask(reader, { method: "PUT", path: index })).status, 403);
    });

    void test("every line of containers that write at speed is found once, with the store away for a minute and a collector killed", async () => {
      const { name } = logged.cluster;
      application = await site().sibling(`flood-${name}`, {
        "slipway:stack": "flood.yml",
        "slipway:application": "flood",
        "slipway:cluster": name,
        "slipway:version": "1.0.0",
        "slipway:registry": lab.env.SLIPWAY_LAB_REGISTRY ?? "",
      });
      await application.write("flood.yml", applicationYml);
      const begin = Date.now();
      await application.up();
      await logged.scaleStore(0);
      try {
        await sleep((storeAwaySeconds / 2) * 1000);
        await logged.killCollector();
        await sleep((storeAwaySeconds / 2) * 1000);
      } finally {
        await logged.scaleStore(1);
      }
      const allWritten = async () => {
        const ends = await ofWriters("--grep", "/^written #/").catch(() => []);
        return ends.length === writers;
      };
      assert.ok(await waitUntil(allWritten, 15 * minute, 5000), "the last lines do not arrive");
      const seconds = (Date.now() - begin) / 1000;
      process.stdout.write(
        `${title}: ${writers * lines} lines in ${seconds.toFixed(0)} s, ${((writers * lines) / seconds).toFixed(0)} a second, with the store away for ${storeAwaySeconds} s\n${await logged.memory()}\n`,
      );

      const ends = await ofWriters("--grep", "/^written #/");
      const nodes = new Set(ends.map(({ node }) => node));
      assert.equal(nodes.size, writers, "both writers ran on one node");
      for (const { message, node, container } of ends) {
        const host = /#([^#]+)#/.exec(message)?.[1] ?? assert.fail(message);
        const numbered = await ofWriters("--grep", `/line #${host}-/`, "--lines", "100000");
        const numbers = numbered.map((line) => Number(/-(\d+)#/.exec(line.message)?.[1]));
        assert.equal(numbers.length, lines);
        // In order, each once.
        const misplaced = numbers.findIndex((number, index) => number !== index + 1);
        assert.equal(misplaced, -1, `${host}: ${numbers.slice(misplaced, misplaced + 5).join()}`);
        for (const line of numbered) {
          assert.equal(line.cluster, logged.cluster.name);
          assert.equal(line.node, node);
          assert.equal(line.container, container);
          assert.equal(line.application, "flood");
          assert.equal(line.service, "writer");
          assert.equal(line.version, loggingImages.store.split(":")[1]);
        }
      }
    });

    void test("JSON has its parts, and a stack trace is one line", async () => {
      const json = await ofWriters("--grep", "json of");
      assert.equal(json.length, writers);
      for (const line of json) {
        assert.equal(line.level, "warn");
        assert.deepEqual(line.json, { level: "warn", user: "anna", count: 7 });
      }
      const traces = await ofWriters("--grep", "trace of", "--level", "error");
      assert.equal(traces.length, writers);
      for (const { message } of traces) assert.match(message, /Shop\.pay[^]*Main\.main/);
    });

    void test("lines are found by text and time, and of the system by node", async () => {
      assert.deepEqual(await ofWriters("--grep", "nobody has written this"), []);
      // Of a word, in a message and in what JSON has beside it, and across words.
      for (const [grep, found] of [
        ["race of", writers],
        ["Shop.pay", writers],
        ["org.example.Shop.pay(Shop.java:7) at", 0],
        ["ANNA", writers],
        ["-16043# of a cont", writers],
      ] as const)
        assert.equal((await ofWriters("--grep", grep)).length, found, grep);
      const [end] = await ofWriters("--grep", "/^written #/");
      const until = end?.["@timestamp"] ?? assert.fail("no line");
      const before = await ofWriters("--until", until, "--lines", "5");
      assert.equal(before.length, 5);
      assert.ok(before.every((line) => line["@timestamp"] <= until));
      const system = await found(
        ...["--cluster", logged.cluster.name, "--node", "workers-0", "--system", "--since", "2h"],
      );
      assert.ok(system.length > 0);
      assert.ok(system.every(({ source }) => source === "system" || source === "engine"));
      assert.ok(system.every(({ node }) => String(node).includes("workers-0")));
      const { code, output } = await site().slipway(
        "logs",
        "flood",
        logged.cluster.name,
        "--since",
        "10",
      );
      assert.equal(code, 2);
      assert.match(output, /--since must be a span such as/);
    });

    void test("days that are too old go", async () => {
      const index = `${indexPrefix(logged.cluster.name)}2020.01.01`;
      const old = { "@timestamp": "2020-01-01T00:00:00Z", message: "old" };
      const made = await asAdmin({
        method: "POST",
        path: `/${index}/_doc?refresh=true`,
        body: JSON.stringify(old),
      });
      assert.equal(made.status, 201, made.text);
      const gone = async () => (await asAdmin({ method: "GET", path: `/${index}` })).status === 404;
      assert.ok(await waitUntil(gone, 5 * minute, 5000), `${index} is still there`);
    });

    void test("what somebody has changed in the store is seen by a refresh, and put back", async () => {
      const path = `/_index_template/slipway-logs-${logged.cluster.name}`;
      assert.equal((await asAdmin({ method: "DELETE", path })).status, 200);
      await site().must("refresh", "--yes", "--stack", site().stack);
      assert.ok((await site().changes()).length > 0);
      await site().up();
      assert.equal((await asAdmin({ method: "GET", path })).status, 200);
      await logged.cluster.expectSettled();
    });
  });
}
