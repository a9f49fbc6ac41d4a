/** How the pack starts: as a language host starts it, by the command line that PulumiPolicy.yaml asks for. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, test } from "node:test";
import { credentials, status } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzeRequest, AnalyzerResourceOptions } from "@pulumi/pulumi/proto/analyzer_pb";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { parse } from "yaml";

const checkout = path.join(__dirname, "../..");
const pack = path.join(checkout, "policies");
const runner = path.join(checkout, "node_modules/@pulumi/pulumi/cmd/run-policy-pack");
const { runtime } = parse(readFileSync(path.join(pack, "PulumiPolicy.yaml"), "utf8")) as {
  runtime: { options: { nodeargs: string } };
};
const nodeArguments = runtime.options.nodeargs.split(" ");

const { signatures } = module.require(path.join(pack, "signatures.cjs")) as {
  signatures: Readonly<Record<string, string>>;
};

test("what stands for the SDK's marks are the SDK's marks", () => {
  assert.deepEqual(signatures, {
    specialSigKey: rpc.specialSigKey,
    specialAssetSig: rpc.specialAssetSig,
    specialArchiveSig: rpc.specialArchiveSig,
    specialSecretSig: rpc.specialSecretSig,
  });
});

describe("the pack", () => {
  let project: string;
  let running: ChildProcess | undefined;

  beforeEach(() => {
    project = mkdtempSync(path.join(os.tmpdir(), "slipway-pack-"));
    writeFileSync(path.join(project, "Pulumi.yaml"), "name: site\nruntime: nodejs\n");
  });
  afterEach(() => {
    running?.kill("SIGKILL");
    rmSync(project, { recursive: true, force: true });
  });

  /** Starts it. @returns a client, and what the process tells when it is asked what it has loaded. */
  async function started(args: readonly string[]) {
    const spy = path.join(project, "spy.cjs");
    writeFileSync(
      spy,
      'process.on("SIGTERM", () => { console.log(Object.keys(require.cache).join(" ")); process.exit(); });\n',
    );
    const child = spawn(
      process.execPath,
      ["--require", spy, ...args, runner, "127.0.0.1:1", pack],
      { cwd: project, stdio: ["ignore", "pipe", "inherit"] },
    );
    running = child;
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const next = async () => String((await lines.next()).value);
    const port = await next();
    assert.match(port, /^\d+$/);
    return {
      client: new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure()),
      loaded: async () => {
        child.kill("SIGTERM");
        const told = await next();
        await once(child, "close");
        return told;
      },
    };
  }

  test("starts before Pulumi's runner, and without its SDK for programs", async () => {
    const { client, loaded } = await started(nodeArguments);
    client.close();
    const told = await loaded();
    assert.doesNotMatch(told, /run-policy-pack|pulumi\/index\.js|typescript|arborist|source-map/);
    assert.match(told, /policies\/index\.js/);
  });

  test("starts where a language host leaves its arguments for Node out", async () => {
    const { client, loaded } = await started([]);
    client.close();
    assert.match(await loaded(), /run-policy-pack\/run\.js/);
  });

  test("tells the engine that it mends nothing", async () => {
    const { client } = await started(nodeArguments);
    const code = await new Promise((resolve) => {
      client.remediate(new AnalyzeRequest(), (error) => {
        resolve(error?.code);
      });
    });
    client.close();
    assert.equal(code, status.UNIMPLEMENTED);
  });

  test("judges a resource that has an asset", async () => {
    const { client } = await started(nodeArguments);
    const inputs: Readonly<Record<string, JavaScriptValue>> = {
      data: { [rpc.specialSigKey]: rpc.specialAssetSig, text: "a" },
    };
    const request = new AnalyzeRequest();
    request.setType("kubernetes:core/v1:ConfigMap");
    request.setUrn("urn:pulumi:shop-prod::site::kubernetes:core/v1:ConfigMap::settings");
    request.setName("settings");
    request.setProperties(Struct.fromJavaScript(inputs));
    request.setOptions(new AnalyzerResourceOptions());
    const diagnostics = await new Promise((resolve, reject) => {
      client.analyze(request, (error, response) => {
        if (error === null) resolve(response.getDiagnosticsList());
        else reject(error);
      });
    });
    client.close();
    assert.deepEqual(diagnostics, []);
  });
});
