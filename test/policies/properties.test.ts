/** What the pack reads of a resource is what the library would read. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { readPropertiesAsTheyAre } from "../../policies/pack/properties";

const samples: Readonly<Record<string, Readonly<Record<string, JavaScriptValue>>>> = {
  nothing: {},
  "each kind of value": { none: null, number: -1.5, zero: 0, empty: "", yes: true, no: false },
  "texts of other alphabets": { grüße: "日本語 🚢", "": "a name of nothing" },
  "lists in lists": { list: [1, [2, [null, []]], { three: ["4"] }] },
  "objects in objects": { a: { b: { c: {} } }, d: {} },
  "long texts": { certificate: "x".repeat(100_000) },
};

/** `__proto__` is a name like others. */
const plain = (content: unknown): unknown => JSON.parse(JSON.stringify(content));

describe("properties", () => {
  const byLibrary = new Map<string, { bytes: Uint8Array; content: unknown }>();

  before(() => {
    for (const [name, sample] of Object.entries(samples)) {
      const bytes = Struct.fromJavaScript(sample).serializeBinary();
      byLibrary.set(name, { bytes, content: Struct.deserializeBinary(bytes).toJavaScript() });
    }
    readPropertiesAsTheyAre();
  });

  for (const name of Object.keys(samples)) {
    void test(`are read as the library reads them: ${name}`, () => {
      const { bytes, content } = byLibrary.get(name) ?? assert.fail();
      assert.deepEqual(plain(Struct.deserializeBinary(bytes).toJavaScript()), content);
    });
  }

  void test("can have any name", () => {
    const name = Buffer.from("__proto__");
    const value = [0x12, 2, 0x20, 1]; // true
    const entry = Buffer.from([0x0a, name.length, ...name, ...value]);
    const content = Struct.deserializeBinary(Buffer.from([0x0a, entry.length, ...entry]));
    assert.deepEqual(Object.entries(content.toJavaScript()), [["__proto__", true]]);
  });
});
