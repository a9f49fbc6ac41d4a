import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  contains,
  overlap,
  parseCidr,
  parseIpv4,
  renderCidr,
  renderIpv4,
} from "../../../components/spec/net";
import { renderPath } from "../../../components/spec/problem";
import { parseBytes, parseDuration, renderDuration } from "../../../components/spec/quantities";
import { anyOf, nearest, plural } from "../../../components/spec/words";

describe("durations", () => {
  const cases: readonly [string, number | undefined][] = [
    ["0", 0],
    ["0s", 0],
    ["10s", 10e9],
    ["1m30s", 90e9],
    ["1.5s", 1.5e9],
    ["500ms", 5e8],
    ["1us", 1000],
    ["1h1m1s1ms", 3661.001e9],
    ["10", undefined],
    ["10 s", undefined],
    ["-1s", undefined],
    ["s", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of cases) {
    test(`"${text}" is ${expected ?? "refused"}`, () => {
      assert.equal(parseDuration(text), expected);
    });
  }
  for (const text of ["0s", "90s", "1h", "2m", "500ms", "1500ms", "1us", "7ns"]) {
    test(`${text} is rendered as itself`, () => {
      assert.equal(renderDuration(parseDuration(text) ?? NaN), text);
    });
  }
});

describe("sizes count in steps of 1024", () => {
  const cases: readonly [string, number | undefined][] = [
    ["1024", 1024],
    ["64b", 64],
    ["64M", 64 * 1024 ** 2],
    ["64mb", 64 * 1024 ** 2],
    ["64MiB", 64 * 1024 ** 2],
    ["1.5g", 1.5 * 1024 ** 3],
    ["2k", 2048],
    ["64 megs", undefined],
    ["m", undefined],
    ["-1m", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of cases) {
    test(`"${text}" is ${expected ?? "refused"}`, () => {
      assert.equal(parseBytes(text), expected);
    });
  }
});

describe("addresses and ranges", () => {
  test("an IPv4 address is four numbers up to 255 without leading zeros", () => {
    assert.equal(parseIpv4("10.1.2.3"), 0x0a010203);
    assert.equal(parseIpv4("255.255.255.255"), 0xffffffff);
    for (const text of [
      "",
      "10.1.2",
      "10.1.2.256",
      "010.1.2.3",
      "10.1.2.3/24",
      "fd00::1",
      "a.b.c.d",
    ]) {
      assert.equal(parseIpv4(text), undefined, text);
    }
  });

  test("a CIDR range has its first and last address", () => {
    const range = parseCidr("10.1.2.77/24");
    assert.ok(range);
    assert.equal(renderCidr(range), "10.1.2.0/24");
    assert.equal(renderIpv4(range.last), "10.1.2.255");
    assert.ok(contains(range, parseIpv4("10.1.2.255") ?? 0));
    assert.ok(!contains(range, parseIpv4("10.1.3.0") ?? 0));
    for (const text of ["", "10.1.2.0", "10.1.2.0/33", "10.1.2.0/", "fd00::/64"]) {
      assert.equal(parseCidr(text), undefined, text);
    }
  });

  test("ranges overlap when one holds the other, and not when they touch", () => {
    const range = (text: string) => parseCidr(text) ?? assert.fail(text);
    assert.ok(overlap(range("10.0.0.0/8"), range("10.1.0.0/16")));
    assert.ok(overlap(range("10.1.0.0/16"), range("10.0.0.0/8")));
    assert.ok(!overlap(range("10.1.0.0/24"), range("10.1.1.0/24")));
    assert.ok(overlap(range("0.0.0.0/0"), range("255.255.255.255/32")));
  });
});

describe("words", () => {
  const known = ["count", "numCpus", "memoryMiB", "diskGiB", "endpoint_mode"];
  const cases: readonly [string, string | undefined][] = [
    ["cout", "count"],
    ["Count", "count"],
    ["num_cpus", "numCpus"],
    ["cpus", "numCpus"],
    ["memory", "memoryMiB"],
    ["memoryMib", "memoryMiB"],
    ["endpointMode", "endpoint_mode"],
    ["colour", undefined],
    ["x", undefined],
  ];
  for (const [word, expected] of cases) {
    test(`"${word}" was meant to be ${expected ?? "nothing known"}`, () => {
      assert.equal(nearest(word, known), expected);
    });
  }

  test("nothing is near when nothing is known", () => {
    assert.equal(nearest("count", []), undefined);
  });

  test("lists and numbers read like sentences", () => {
    assert.equal(anyOf(["a"]), "a");
    assert.equal(anyOf(["a", "b", "c"]), "a, b or c");
    assert.equal(plural(1, "machine"), "1 machine");
    assert.equal(plural(2, "address", "addresses"), "2 addresses");
  });
});

test("a path quotes names that are no plain words", () => {
  assert.equal(renderPath(["hosts", 0, "labels", "a.b", "c"]), 'hosts[0].labels["a.b"].c');
  assert.equal(renderPath([]), "");
});
