import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { sshKeyPair } from "../../../lab/sshKeyPair";
import { EngineStub, firstLine, Plugin, struct } from "./support/plugin";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const urn = "urn:pulumi:lab::slipway::slipway:index:NodePoolGenerations::lab-managers";
const { private: privateKey } = sshKeyPair();

const config = {
  cluster: "slipway/lab",
  user: "ops",
  port: "22",
  privateKey: { [signatureKey]: secretSignature, value: privateKey },
  hosts: JSON.stringify([
    { machine: "managers-0", address: "192.0.2.1", role: "manager", trustOnFirstUse: true },
  ]),
};
const inputs = {
  pool: "managers",
  cluster: "lab",
  machines: ["managers-0"],
  definition: { template: "debian-12", memoryMiB: "4096" },
  replace: "rolling",
  addresses: ["192.0.2.10"],
};
const outputs = {
  ...inputs,
  generations: {
    "managers-0": {
      generation: 1,
      vmName: "lab-managers-0-g1",
      currentAddress: "192.0.2.10",
      applied: inputs.definition,
      staleFields: [],
    },
  },
};

function createRequest(properties: object, preview: boolean): proto.CreateRequest {
  const request = new proto.CreateRequest();
  request.setUrn(urn);
  request.setProperties(struct(properties));
  request.setPreview(preview);
  return request;
}

function diffRequest(olds: object, oldInputs: object, news: object): proto.DiffRequest {
  const request = new proto.DiffRequest();
  request.setId("managers");
  request.setUrn(urn);
  request.setOlds(struct(olds));
  request.setOldInputs(struct(oldInputs));
  request.setNews(struct(news));
  return request;
}

describe("the plugin, as the engine starts it", () => {
  const engine = new EngineStub();
  const folder = mkdtempSync(path.join(tmpdir(), "slipway-plugin-"));
  const log = path.join(folder, "provider.log");
  let plugin: Plugin;

  before(async () => {
    await engine.start();
    plugin = await Plugin.start(engine.address, { SLIPWAY_PROVIDER_LOG: log });
    const request = new proto.ConfigureRequest();
    request.setArgs(struct(config));
    const response = await plugin.ask<proto.ConfigureResponse>((client, done) =>
      client.configure(request, done),
    );
    assert.equal(response.getAcceptsecrets(), true);
    assert.equal(response.getSupportspreview(), true);
    assert.equal(response.getAcceptoutputs(), false);
  });
  after(async () => {
    const took = await plugin.stop();
    engine.stop();
    rmSync(folder, { recursive: true });
    assert.ok(took < 1000, `ends at once when the engine closes it, took ${took} ms`);
  });

  test("creates the record of a node pool", async () => {
    const response = await plugin.ask<proto.CreateResponse>((client, done) =>
      client.create(createRequest(inputs, false), done),
    );
    assert.equal(response.getId(), "managers");
    assert.deepEqual(response.getProperties()?.toJavaScript(), outputs);
  });

  test("previews exactly what it will create", async () => {
    const response = await plugin.ask<proto.CreateResponse>((client, done) =>
      client.create(createRequest(inputs, true), done),
    );
    assert.deepEqual(response.getProperties()?.toJavaScript(), outputs);
  });

  test("previews unknown inputs as unknown outputs", async () => {
    const response = await plugin.ask<proto.CreateResponse>((client, done) =>
      client.create(createRequest({ ...inputs, definition: unknownText }, true), done),
    );
    assert.equal(response.getProperties()?.toJavaScript().generations, unknownText);
  });

  test("keeps a secret input secret in the outputs", async () => {
    const secret = { [signatureKey]: secretSignature, value: inputs.definition };
    const response = await plugin.ask<proto.CreateResponse>((client, done) =>
      client.create(createRequest({ ...inputs, definition: secret }, false), done),
    );
    assert.deepEqual(response.getProperties()?.toJavaScript().definition, secret);
  });

  test("says nothing changes when nothing does", async () => {
    const response = await plugin.ask<proto.DiffResponse>((client, done) =>
      client.diff(diffRequest(outputs, inputs, inputs), done),
    );
    assert.equal(response.getChanges(), proto.DiffResponse.DiffChanges.DIFF_NONE);
  });

  test("names the changed input and warns of the stale machine, through the engine", async () => {
    const definition = { ...inputs.definition, memoryMiB: "8192" };
    const response = await plugin.ask<proto.DiffResponse>((client, done) =>
      client.diff(diffRequest(outputs, inputs, { ...inputs, definition }), done),
    );
    assert.equal(response.getChanges(), proto.DiffResponse.DiffChanges.DIFF_SOME);
    assert.deepEqual(response.getReplacesList(), []);
    assert.ok(response.getDetaileddiffMap().has("definition"));
    await engine.heard(
      /managers-0 is stale: memoryMiB changed; it keeps running as it was; run `slipway roll lab managers`/,
    );
  });

  test("refuses the record of one machine in the place of its pool's, and says what to do", async () => {
    const former = { machine: "managers-0", prefix: "lab-managers-0", replace: "rolling" };
    await assert.rejects(
      plugin.ask<proto.DiffResponse>((client, done) =>
        client.diff(diffRequest({ ...former, generation: 1 }, former, inputs), done),
      ),
      { details: /has recorded each machine for itself: run `slipway recover <pulumi-stack>`/ },
    );
  });

  test("forgets an optional input that the old inputs lack, though old outputs still have it", async () => {
    const request = new proto.ReadRequest();
    request.setId("managers");
    request.setUrn(urn);
    request.setProperties(
      struct({ ...outputs, roll: { machine: "managers-0", token: "token-1" } }),
    );
    request.setInputs(struct(inputs));
    const response = await plugin.ask<proto.ReadResponse>((client, done) =>
      client.read(request, done),
    );
    assert.deepEqual(response.getInputs()?.toJavaScript(), inputs);
  });

  test("refuses a resource type that it does not have, without a stack trace", async () => {
    const request = new proto.CheckRequest();
    request.setUrn("urn:pulumi:lab::slipway::slipway:index:Nothing::x");
    request.setNews(struct({}));
    await assert.rejects(
      plugin.ask<proto.CheckResponse>((client, done) => client.check(request, done)),
      (error: { details: string }) => {
        assert.match(error.details, /no resource type slipway:index:Nothing/);
        assert.doesNotMatch(error.details, /\n\s+at /);
        return true;
      },
    );
  });

  test("reports all problems of its configuration", async () => {
    const request = new proto.CheckRequest();
    request.setNews(struct({ cluster: "lab", user: "", port: "0", privateKey: "~/.ssh/id" }));
    const response = await plugin.ask<proto.CheckResponse>((client, done) =>
      client.checkConfig(request, done),
    );
    const properties = response.getFailuresList().map((failure) => failure.getProperty());
    assert.deepEqual(properties.sort(), ["cluster", "port", "privateKey", "user"]);
  });

  test("changes its configuration in place", async () => {
    const request = new proto.DiffRequest();
    request.setOldInputs(struct(config));
    request.setNews(struct({ ...config, user: "admin" }));
    const response = await plugin.ask<proto.DiffResponse>((client, done) =>
      client.diffConfig(request, done),
    );
    assert.equal(response.getChanges(), proto.DiffResponse.DiffChanges.DIFF_SOME);
    assert.deepEqual(response.getReplacesList(), []);
  });

  test("keeps the key out of its log file", () => {
    const written = readFileSync(log, "utf8");
    assert.match(written, /create urn:pulumi:lab/);
    assert.doesNotMatch(written, /PRIVATE KEY|b3BlbnNzaC1rZXk/);
  });
});

test("the plugin ends when its engine is killed", { timeout: 20_000 }, async () => {
  const executable = path.join(__dirname, "../../../provider/pulumi-resource-slipway");
  // A parent of its own, whose death the plugin has to notice; it prints the plugin's process id.
  const parent = spawn(
    process.execPath,
    [
      "-e",
      `const child = require("node:child_process").spawn(process.argv[1], ["127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
       child.stdout.once("data", () => console.log(child.pid));`,
      executable,
    ],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const pid = Number(await firstLine(parent));
  const killed = performance.now();
  parent.kill("SIGKILL");
  await once(parent, "exit");
  while (isAlive(pid)) {
    assert.ok(performance.now() - killed < 2500, "still there 2.5 s after its engine");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A process that ended stays as a zombie until somebody asks for it.
  return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}
