/** `slipway status` as people and scripts run it, on a Swarm whose managers answer and on one whose managers do not. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { utils } from "ssh2";
import type { StatusView } from "../../../cli/status/view";
import { FakeSwarm } from "../application/support/swarm";

const slipway = path.resolve(__dirname, "../../../cli/slipway");
const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-status-command-"));

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (...args: readonly string[]) => runWith({}, ...args);

function runWith(changed: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Ran> {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of ["NODE_TEST_CONTEXT", "SLIPWAY_SSH_PRIVATE_KEY_FILE"]) delete env[name];
  Object.assign(env, changed);
  // The only Pulumi that is found is the one of this test.
  env.PATH = [folder, path.dirname(process.execPath), "/usr/bin", "/bin"].join(":");
  return new Promise((resolve) => {
    execFile(slipway, ["status", ...args], { env, cwd: folder }, (error, stdout, stderr) => {
      const { code } = (error ?? { code: 0 }) as { readonly code?: unknown };
      resolve({ code: typeof code === "number" ? code : 1, stdout, stderr });
    });
  });
}

async function viewOf(...args: readonly string[]): Promise<{ code: number; view: StatusView }> {
  const { code, stdout } = await run("--json", ...args);
  return { code, view: JSON.parse(stdout) as StatusView };
}

/** Pulumi, as far as its stacks are listed and their outputs and configuration are told. */
const pulumi = `#!${process.execPath}
const stacks = JSON.parse(require("node:fs").readFileSync(__dirname + "/stacks.json", "utf8"));
const words = process.argv.slice(2).filter((word) => !["--non-interactive", "--color", "never"].includes(word));
const name = words[words.indexOf("--stack") + 1];
const answer = {
  "stack ls": () => Object.keys(stacks).map((one) => ({ name: one })),
  "stack output": () => stacks[name].outputs,
  "config --show-secrets": () => stacks[name].config,
}[words.slice(0, 2).join(" ")]();
if (answer === undefined) {
  process.stderr.write("error: incorrect passphrase\\n");
  process.exit(255);
}
process.stdout.write(JSON.stringify(answer));
`;

const release = {
  number: 4,
  applicationVersion: "2.0.1",
  environmentVersion: "1.1.0",
  environmentHash: "x",
  images: {},
  outcome: "succeeded",
  kind: "deploy",
  by: "jan",
  at: "2026-11-20T10:00:00.000Z",
  planHash: "y",
};

const clusterYml = `kind: Cluster
name: prod
version: 1.0.0
orchestrator: swarm
hosts:
  - { address: 127.0.0.1, pool: managers, hostKey: "SHA256:uNiVztksCsDhcc0u9e8BrJXVU5p2m7ZBmh3QxIJtkUo" }
access: { user: ops }
nodePools:
  managers: { role: manager, numCpus: 1, memoryMiB: 1024, diskGiB: 8 }
engine: { version: "20.10" }
`;

void describe("slipway status", { timeout: 600_000 }, () => {
  let swarm: FakeSwarm;
  /** What the managers say of the service. */
  let counts = { RunningTasks: 2, DesiredTasks: 2 };

  /** @param changed by the name of the Pulumi stack, in the place of what is there */
  function project(changed: Readonly<Record<string, object>> = {}): void {
    const outputsOf = (endpoints: readonly string[]) => ({
      orchestrator: "swarm",
      version: "1.0.0",
      dockerEndpoints: endpoints,
      dockerCaCertificate: swarm.connection.caCertificate,
      dockerClientCertificate: swarm.connection.clientCertificate,
      dockerClientKey: swarm.connection.clientKey,
    });
    const config = { "slipway:spec": { value: "cluster.yml" } };
    const stacks = {
      prod: { outputs: outputsOf(swarm.connection.endpoints), config },
      "shop-prod": {
        outputs: {
          application: "shop",
          environment: "prod",
          cluster: "prod",
          services: ["shop_web"],
          releases: [release],
        },
        config: {},
      },
      unused: { outputs: {}, config: {} },
      ...changed,
    };
    writeFileSync(path.join(folder, "stacks.json"), JSON.stringify(stacks));
  }
  /** A port at which nobody listens. */
  const dead = (outputs: object) => ({ ...outputs, dockerEndpoints: ["tcp://127.0.0.1:9"] });

  before(async () => {
    swarm = await FakeSwarm.start();
    swarm.intercept = ({ path: asked }) => {
      const answers: Readonly<Record<string, object>> = {
        "/nodes": [
          {
            ID: "1",
            Spec: { Role: "manager", Availability: "active" },
            Description: {
              Hostname: "managers-0",
              Resources: { NanoCPUs: 2e9, MemoryBytes: 4e9 },
              Engine: { EngineVersion: "20.10.24" },
            },
            Status: { State: "ready" },
            ManagerStatus: { Reachability: "reachable" },
          },
        ],
        "/services": [
          {
            ID: "web",
            Spec: {
              Name: "shop_web",
              Labels: { "com.docker.stack.namespace": "shop" },
              Mode: { Replicated: { Replicas: 2 } },
            },
            ServiceStatus: counts,
          },
        ],
        "/tasks": [],
      };
      const body = answers[asked];
      return body === undefined ? undefined : { status: 200, body };
    };
    writeFileSync(path.join(folder, "pulumi"), pulumi);
    chmodSync(path.join(folder, "pulumi"), 0o755);
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: slipway\nruntime: nodejs\n");
    writeFileSync(path.join(folder, "cluster.yml"), clusterYml);
  });
  after(() => {
    swarm.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  void test("asks the managers, and says what can't be asked for want of a key", async () => {
    project();
    counts = { RunningTasks: 2, DesiredTasks: 2 };
    const { code, view } = await viewOf();
    assert.equal(code, 1, "what is not known is not well");
    const [prod] = view.clusters;
    assert.ok(prod !== undefined && view.clusters.length === 1);
    assert.deepEqual(
      prod.problems.map(({ severity, text }) => [severity, text.split(":")[0]]),
      [["unknown", "monitoring can't be asked"]],
    );
    assert.match(prod.problems[0]?.text ?? "", /slipway:sshPrivateKey/);
    assert.equal(prod.quorum.severity, "ok");
    assert.ok("value" in prod.applications);
    const [shop] = prod.applications.value;
    assert.deepEqual(
      [shop?.stack, shop?.tasks, shop?.release?.applicationVersion, shop?.release?.by],
      ["shop-prod", { running: 2, wanted: 2 }, "2.0.1", "jan"],
    );
    assert.ok("value" in prod.certificates && prod.certificates.value.length === 2);
  });

  void test("ends with 0 where all is well, and monitoring is not there by choice", async () => {
    project();
    counts = { RunningTasks: 2, DesiredTasks: 2 };
    const { private: key } = utils.generateKeyPairSync("ed25519");
    const file = path.join(folder, "key");
    writeFileSync(file, key);
    const { code, stdout, stderr } = await runWith({ SLIPWAY_SSH_PRIVATE_KEY_FILE: file });
    assert.equal(stderr, "");
    assert.match(stdout, /^✓ prod is healthy\n/);
    assert.match(stdout, /alerts +not there: its cluster\.yml has no platform\.monitoring/);
    assert.equal(code, 0);
  });

  void test("ends with 5 where something is critical, after the page is written", async () => {
    project();
    counts = { RunningTasks: 0, DesiredTasks: 2 };
    const file = path.join(folder, "pages/status.html");
    const { code, stdout, stderr } = await run("prod", "--html", file);
    assert.equal(code, 5);
    assert.match(stdout, /✕ shop-prod: 0 of 2 of web run/);
    assert.ok(!stdout.includes("\u001b"), "colours in a pipe");
    assert.equal(stderr, "slipway: prod is critical\n");
    const page = readFileSync(file, "utf8");
    assert.ok(page.includes("shop-prod: 0 of 2 of web run"));
    assert.ok(!page.includes(swarm.connection.clientKey.split("\n")[1] ?? ""), "a key in the page");
    assert.equal(existsSync(`${file}.part`), false);
  });

  void test("tells of one cluster what it can while another one is dead", async () => {
    counts = { RunningTasks: 0, DesiredTasks: 2 };
    project();
    const stacks = JSON.parse(readFileSync(path.join(folder, "stacks.json"), "utf8")) as Record<
      string,
      { outputs: object; config: object }
    >;
    const { outputs = {}, config = {} } = stacks.prod ?? {};
    project({ edge: { outputs: dead(outputs), config } });
    const { code, view } = await viewOf();
    assert.equal(code, 5);
    assert.deepEqual(
      view.clusters.map(({ stack, severity }) => [stack, severity]),
      [
        ["prod", "critical"],
        ["edge", "unknown"],
      ],
    );
    assert.match(view.clusters[1]?.problems[0]?.text ?? "", /tcp:\/\/127\.0\.0\.1:9/);
  });

  void test("finds the cluster that an application is on, and tells of what can't be read", async () => {
    counts = { RunningTasks: 2, DesiredTasks: 2 };
    project({ locked: {} });
    const { view } = await viewOf("shop-prod");
    assert.deepEqual(
      view.clusters.map(({ stack }) => stack),
      ["prod"],
    );
    assert.match(
      view.problems[0]?.text ?? "",
      /the Pulumi stack locked can't be read: .*passphrase/,
    );
  });

  void test("refuses a name that is none, and one that has no cluster", async () => {
    project();
    const stranger = await run("prdo");
    assert.equal(stranger.code, 2);
    assert.match(stranger.stderr, /prdo: no Pulumi stack of this project; it has prod, shop-prod/);
    const unused = await run("unused");
    assert.equal(unused.code, 2);
    assert.match(unused.stderr, /unused: neither a cluster that stands nor an application/);
  });
});
