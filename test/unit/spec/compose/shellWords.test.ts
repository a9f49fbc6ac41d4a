import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shellWords } from "../../../../components/spec/compose/canonical/shellWords";

describe("a command line is split as a shell does", () => {
  const cases: readonly [string, readonly string[]][] = [
    ["", []],
    ["  serve  ", ["serve"]],
    ["serve --port 80", ["serve", "--port", "80"]],
    ["a\tb\nc", ["a", "b", "c"]],
    [`echo "a b" 'c d'`, ["echo", "a b", "c d"]],
    [`a"b c"d`, ["ab cd"]],
    [`""`, [""]],
    [`a\\ b`, ["a b"]],
    [`"a\\"b"`, ['a"b']],
    [`'a\\b'`, ["a\\b"]],
    [`"a;b" '|'`, ["a;b", "|"]],
    ["a\\;b", ["a;b"]],
    ["$HOME `x`", ["$HOME", "`x`"]],
  ];
  for (const [line, words] of cases) {
    test(JSON.stringify(line), () => {
      assert.deepEqual(shellWords(line), words);
    });
  }
});

describe("what only a shell can run is refused", () => {
  const cases: readonly [string, RegExp][] = [
    ["a && b", /has `&`, which only a shell understands/],
    ["a | b", /`\|`/],
    ["a > b", /`>`/],
    ['echo "a', /has a " without its closing one/],
    ["a\\", /ends in a backslash/],
  ];
  for (const [line, message] of cases) {
    test(line, () => {
      const result = shellWords(line);
      assert.match("message" in result ? result.message : "accepted", message);
    });
  }
});
