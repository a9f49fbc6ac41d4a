import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { failure, initFailed, messageOf, prefixed } from "../../../provider/server/failure";
import { Redactor } from "../../../provider/server/redactor";

describe("failures as the engine gets them", () => {
  test("a resource that is there but unfinished comes with its id, state and reason", () => {
    const error = initFailed("node-1", { machine: "managers-0" }, "managers-0: not ready");
    const [packed] = error.metadata.get("grpc-status-details-bin");
    assert.ok(Buffer.isBuffer(packed));
    const [any] = Status.deserializeBinary(packed).getDetailsList();
    assert.equal(any?.getTypeName(), "pulumirpc.ErrorResourceInitFailed");
    const detail = ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
    assert.equal(detail.getId(), "node-1");
    assert.deepEqual(detail.getProperties()?.toJavaScript(), { machine: "managers-0" });
    assert.deepEqual(detail.getReasonsList(), ["managers-0: not ready"]);
  });

  test("no failure makes the engine believe that its state is corrupt", () => {
    const { code } = failure("x");
    assert.ok(code !== status.UNKNOWN && code !== status.INTERNAL && code !== status.DATA_LOSS);
  });

  test("all errors of a group are told, none with a stack trace", () => {
    const error = new AggregateError([new Error("one"), new Error("two")], "both failed");
    assert.equal(messageOf(error), "both failed\none\ntwo");
    assert.equal(messageOf(new TypeError("")), "TypeError");
    assert.equal(messageOf("text"), "text");
  });

  test("a message begins with the machine's name, once", () => {
    assert.equal(prefixed("managers-0", "it failed"), "managers-0: it failed");
    assert.equal(prefixed("managers-0", "managers-0: it failed"), "managers-0: it failed");
    assert.equal(
      prefixed("managers-0", "managers-0 (10.1.2.3): it failed"),
      "managers-0 (10.1.2.3): it failed",
    );
    assert.equal(
      prefixed("managers-1", "managers-10: it failed"),
      "managers-1: managers-10: it failed",
    );
    assert.equal(prefixed(undefined, "it failed"), "it failed");
  });
});

describe("the redactor", () => {
  test("hides every line of a key wherever it appears", () => {
    const redactor = new Redactor();
    redactor.add(
      "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\nBgkqhkiG9w0B\n-----END PRIVATE KEY-----",
    );
    assert.equal(
      redactor.redact("read MIIEvQIBADAN then BgkqhkiG9w0B, MIIEvQIBADAN"),
      "read [secret] then [secret], [secret]",
    );
  });
  test("does not garble messages for secrets that are too short to be any", () => {
    const redactor = new Redactor();
    redactor.add("ops");
    redactor.add("");
    assert.equal(redactor.redact("ops stops"), "ops stops");
  });
});
