import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { parseCluster } from "../../../components/spec";
import { reported } from "../../../stacks/reported";

const { stackTraceLimit } = Error;
function asBefore(): void {
  Error.stackTraceLimit = stackTraceLimit;
}

/** What the user sees of a program that fails. */
async function shown(fail: () => unknown): Promise<string> {
  try {
    await reported(async () => {
      await Promise.resolve();
      fail();
      return {};
    })();
  } catch (error) {
    assert.ok(pulumi.RunError.isInstance(error), "the SDK would show its stack trace");
    return error.message;
  } finally {
    asBefore();
  }
  return assert.fail("did not fail");
}

describe("a program that fails", () => {
  test("shows the problems of a spec file and nothing else", async () => {
    const message = await shown(() => parseCluster("cluster.yml", "kind: Cluster\nversoin: 1\n"));
    assert.match(message, /^cluster\.yml:\d+:\d+ /);
    assert.doesNotMatch(message, /\n {4}at /);
  });

  test("shows what the user can cure as it is", async () => {
    const cure = new pulumi.RunError("set VSPHERE_SERVER");
    const message = await shown(() => {
      throw cure;
    });
    assert.equal(message, "set VSPHERE_SERVER");
  });

  test("says where an error came from that nobody foresaw", async () => {
    const message = await shown(function faulty() {
      return (undefined as unknown as { readonly x: number }).x;
    });
    assert.match(message, /^this is a mistake in Slipway.*\nTypeError: Cannot read properties/);
    assert.match(message, /\n {4}at faulty \(.*reported\.test\.ts:\d+:\d+\)/);
    assert.ok((message.match(/\n {4}at /g) ?? []).length <= 3);
  });
});

test("an error that nobody waits for says where it came from", async () => {
  let stack: string | undefined;
  await reported(() => {
    stack = new Error("left alone").stack;
    return Promise.resolve({});
  })();
  asBefore();
  assert.match(stack ?? "", /^Error: left alone\n {4}at .*reported\.test\.ts:\d+:\d+/);
  assert.ok(((stack ?? "").match(/\n {4}at /g) ?? []).length <= 3);
});
