import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { describe, test } from "node:test";

const checkout = path.resolve(__dirname, "../../..");

/** What a program prints that Node runs as it runs Slipway's. */
function printed(program: string, env: NodeJS.ProcessEnv = {}): unknown {
  const preload = path.join(checkout, "components/runtime/preload.cjs");
  const args = ["--require", preload, "--eval", `console.log(JSON.stringify(${program}))`];
  return JSON.parse(
    execFileSync(process.execPath, args, {
      cwd: checkout,
      env: { ...process.env, ...env },
      encoding: "utf8",
    }),
  );
}

/** Whether `log.debug` is the SDK's own, which calls the engine. */
const debugOfSdk = `require("@pulumi/pulumi").log.debug.toString().includes("getEngine")`;
const stackOfPromise = `(() => {
  require("@pulumi/pulumi");
  const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
  const promise = Promise.resolve(1);
  void debuggablePromise(promise, "test");
  return promise._debugStackTrace;
})()`;

describe("a program that Node runs with the preload", () => {
  test("does not load what serialises closures and what sends traces, until it is touched", () => {
    const heavy = ["typescript", "@npmcli/arborist", "@opentelemetry/sdk-trace-node"];
    const loaded = printed(
      `(require("@pulumi/pulumi"), require("@pulumi/pulumi/cmd/run/tracing"), ${JSON.stringify(heavy)}.filter(
        (name) => Object.keys(require.cache).some((file) => file.includes("node_modules/" + name + "/"))))`,
    );
    assert.deepEqual(loaded, []);
  });

  test("sends the SDK's debug messages to the engine only where they are asked for", () => {
    assert.equal(printed(debugOfSdk), false);
    assert.equal(printed(debugOfSdk, { SLIPWAY_DEBUG: "1" }), true);
  });

  test("captures no stack with a promise, unless leaks are looked for", () => {
    assert.doesNotMatch(String(printed(stackOfPromise)), /\n {4}at /);
    const wanted = printed(stackOfPromise, { PULUMI_DEBUG_PROMISE_LEAKS: "1" });
    assert.match(String(wanted), /\n {4}at /);
  });

  test("renders no stack for a resource that it declares", () => {
    assert.deepEqual(printed(`require("@pulumi/pulumi").Resource.stackTrace(0)`), []);
  });

  test("has the stacks of its own errors", () => {
    assert.match(String(printed(`new Error("mine").stack`)), /^Error: mine\n {4}at /);
  });

  test("runs TypeScript as it stands", () => {
    assert.equal(printed(`typeof require("./stacks/reported").reported`), "function");
  });
});
