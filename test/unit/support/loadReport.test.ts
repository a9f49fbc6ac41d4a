import assert from "node:assert/strict";
import { test } from "node:test";
import { LoadRecord } from "../../support/loadReport";

test("percentiles are values that occurred, and requests under way count as sent", () => {
  const record = new LoadRecord();
  for (let latency = 1; latency <= 200; latency++) record.answered(record.next(), latency, "1.0.0");
  record.next();
  const { sent, answered, p50, p99, max, byVersion } = record.report();
  assert.deepEqual(
    { sent, answered, p50, p99, max, byVersion },
    { sent: 201, answered: 200, p50: 100, p99: 198, max: 200, byVersion: { "1.0.0": 200 } },
  );
});

test("a record without answers has no latency", () => {
  const record = new LoadRecord();
  record.failed(record.next(), "127.0.0.1:80: status 503");
  const { failed, failures, p50, p99 } = record.report();
  assert.equal(failed, 1);
  assert.equal(failures[0]?.reason, "127.0.0.1:80: status 503");
  assert.ok(Number.isNaN(p50) && Number.isNaN(p99));
});
