import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { decode, encode } from "../../../provider/server/codec";
import { unknown } from "../../../provider/server/unknown";

const key = "4dabf18193072939515e22adb298388d";
const secret = (value: unknown) => ({ [key]: "1b47061264138c4ac30d75fd1eb44270", value });
const output = (rest: object) => ({ [key]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", ...rest });
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const decoding = [
  {
    name: "leaves plain values as they are",
    wire: { a: 1, b: [true, "x"], c: { d: "y" } },
    value: { a: 1, b: [true, "x"], c: { d: "y" } },
  },
  { name: "takes null for absent", wire: { a: null, b: { c: null } }, value: { b: {} } },
  { name: "keeps places in lists", wire: { a: [null, 1] }, value: { a: [null, 1] } },
  {
    name: "unwraps a secret and remembers where it was",
    wire: { a: secret("hidden text"), b: 1 },
    value: { a: "hidden text", b: 1 },
    secretKeys: ["a"],
    secretTexts: ["hidden text"],
  },
  {
    name: "finds a secret deep inside and calls the whole property secret",
    wire: { a: { b: [secret({ c: "hidden text" })] } },
    value: { a: { b: [{ c: "hidden text" }] } },
    secretKeys: ["a"],
    secretTexts: ["hidden text"],
  },
  { name: "keeps unknowns apart from texts", wire: { a: unknownText }, value: { a: unknown } },
  {
    name: "knows every kind of unknown",
    wire: { a: ["3eeb2bf0-c639-47a8-9e75-3b44932eb421", "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"] },
    value: { a: [unknown, unknown] },
  },
  {
    name: "takes an unknown secret for unknown and secret",
    wire: { a: secret(unknownText) },
    value: { a: unknown },
    secretKeys: ["a"],
  },
  {
    name: "reads output values, known, secret and unknown",
    wire: { a: output({ value: 1 }), b: output({ value: "s", secret: true }), c: output({}) },
    value: { a: 1, b: "s", c: unknown },
    secretKeys: ["b"],
    secretTexts: ["s"],
  },
];

describe("decode", () => {
  for (const { name, wire, value, secretKeys = [], secretTexts = [] } of decoding) {
    test(name, () => {
      const decoded = decode(wire);
      assert.deepEqual(decoded.value, value);
      assert.deepEqual([...decoded.secretKeys], secretKeys);
      assert.deepEqual(decoded.secretTexts, secretTexts);
    });
  }

  test("refuses assets, with the property's path", () => {
    const asset = { [key]: "c44067f5952c0a294b673a41bacd8c17", text: "x" };
    assert.throws(() => decode({ a: [{ b: asset }] }), { message: /^a\[0\]\.b: assets/ });
  });
});

describe("encode", () => {
  const cases = [
    { name: "leaves out what is absent", plain: { a: 1, b: undefined }, wire: { a: 1 } },
    {
      name: "marks unknowns, however deep",
      plain: { a: { b: [unknown] } },
      wire: { a: { b: [unknownText] } },
    },
    {
      name: "wraps the named outputs",
      plain: { a: "x", b: "y" },
      wire: { a: secret("x"), b: "y" },
    },
    { name: "wraps an unknown secret", plain: { a: unknown }, wire: { a: secret(unknownText) } },
    { name: "wraps no absent secret", plain: { b: 1 }, wire: { b: 1 } },
  ];
  for (const { name, plain, wire } of cases) {
    test(name, () => {
      const secretKeys = name.includes("secret") || name.includes("named") ? ["a"] : [];
      assert.deepEqual(encode(plain, secretKeys), wire);
    });
  }

  test("what was decoded comes back as it was", () => {
    const wire = { a: secret("x"), b: unknownText, c: [1, { d: "e" }] };
    const decoded = decode(wire);
    assert.deepEqual(encode(decoded.value, decoded.secretKeys), wire);
  });
});
