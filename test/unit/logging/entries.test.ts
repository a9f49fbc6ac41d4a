import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { criEntries, engineEntries } from "../../../components/logging/entries";
import { ContainerFile } from "../../support/logging/containerFiles";
import { temporaryFolder } from "../../support/logging/folder";

/** One way to write an entry: its lines, and what they are in a container's file. */
type Write = (line: string, stream?: "stdout" | "stderr", isPiece?: boolean) => string;

const folder = temporaryFolder("entries");
const file = new ContainerFile({ folder, id: "0".repeat(64), attributes: { tag: "shop:1{}" } });
const engineLine: Write = (line, stream = "stdout", isPiece = false) =>
  file.entry(isPiece ? line : `${line}\n`, stream);
const criLine: Write = (line, stream = "stdout", isPiece = false) =>
  `2026-11-22T10:00:00.123456789Z ${stream} ${isPiece ? "P" : "F"} ${line}\n`;

/**
 * What the collector's reader makes of a file, as its splitter does: an entry is there once the next one has begun. What is
 * left over waits, or goes as one entry when nothing has come for five seconds.
 */
function split(expression: string, text: string): { entries: string[]; rest: string } {
  const go = new RegExp(expression.replaceAll("\\z", "(?![^])"), "gm");
  const entries: string[] = [];
  let rest = text;
  for (;;) {
    const matches = [...rest.matchAll(go)].slice(0, 3);
    const [first] = matches;
    if (first === undefined) break;
    const end = first.index + first[0].length;
    const next =
      first.index > 0 ? first.index : matches.slice(1).find(({ index }) => index > end)?.index;
    if (next === undefined || end === rest.length) break;
    entries.push(rest.slice(0, next));
    rest = rest.slice(next);
  }
  return { entries, rest };
}

const java = [
  "ERROR o.e.Shop - it failed",
  "org.example.OrderException: no stock",
  "\tat org.example.Shop.<init>(Shop.java:7)",
  "Caused by: java.io.IOException: gone",
  "\t... 2 more",
];
const python = [
  "ERROR:root:it failed",
  "Traceback (most recent call last):",
  '  File "shop.py", line 3, in <module>',
  "    order()",
  "KeyError: 'id'",
  "",
  "During handling of the above exception, another exception occurred:",
  "",
  "Traceback (most recent call last):",
  '  File "shop.py", line 5, in <module>',
  "ValueError: no order",
];
const go = [
  "panic: no order",
  "",
  "goroutine 1 [running]:",
  "main.(*shop).order(0xc000012345, {0x1, 0x2})",
  "\t/src/shop.go:7 +0x1d",
  "created by net/http.(*Server).Serve in goroutine 1",
  "\t/go/net/http/server.go:3285 +0x4b4",
  "exit status 2",
];
const node = [
  "TypeError: order is undefined",
  "    at Object.<anonymous> (/app/shop.js:3:9) {",
  "  code: 'E_ORDER'",
  "}",
];

/** Entries that stand side by side in a file, each as its lines. */
const cases: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "lines are entries": [["one"], ["two two"], ["{three"]],
  "a Java exception belongs to the line that it is logged with": [["before"], java, ["after"]],
  "a Python traceback does, with the exceptions that it names": [["before"], python, ["after"]],
  "a Python traceback stands alone after a line of JSON": [
    ['{"message":"before"}'],
    python.slice(1, 5),
    ["after"],
  ],
  "a Go panic is one entry, goroutines and all": [["before"], go, ["after"]],
  "an error of Node.js begins an entry": [["before"], node, ["after"]],
  "JSON over several lines is one entry": [["{", '  "a": 1', "}"], ["after"]],
  "what an exception is called is no exception": [["ValueError is a word"], ["IOException: too"]],
  "a blank line belongs to what is before it": [["before", ""], ["after"]],
};

for (const [form, expression, write] of [
  ["engine", engineEntries, engineLine],
  ["Kubernetes", criEntries, criLine],
] as const)
  describe(`entries in a file of the ${form}'s`, () => {
    for (const [title, entries] of Object.entries(cases))
      test(title, () => {
        const written = entries.map((lines) => lines.map((line) => write(line)).join(""));
        const { entries: found, rest } = split(expression, written.join(""));
        assert.deepEqual([...found, rest], written);
      });

    test("pieces of a line are one entry", () => {
      const pieces = [write("a".repeat(9), "stdout", true), write("b", "stdout", true), write("c")];
      const written = [write("before"), pieces.join(""), write("after")];
      const { entries, rest } = split(expression, written.join(""));
      assert.deepEqual([...entries, rest], written);
    });

    test("what comes of another stream is an entry of its own", () => {
      const trace = write("ERROR it failed") + write("\tat a.B.c(B.java:1)");
      const written = [trace, write("meanwhile", "stderr"), write("\tat d.E.f(E.java:2)")];
      const { entries, rest } = split(expression, written.join(""));
      assert.deepEqual([...entries, rest], written);
    });

    test("wherever the reader's buffer ends, entries are the same", () => {
      const written = [["before"], java, python, go, ["{}"], node, ["after"]].map((lines) =>
        lines.map((line) => write(line)).join(""),
      );
      const text = written.join("");
      for (let end = 1; end <= text.length; end += 1) {
        const { entries } = split(expression, text.slice(0, end));
        assert.deepEqual(entries, written.slice(0, entries.length), `cut after ${end} characters`);
      }
    });

    test("what is no line of the runtime's is an entry of its own", () => {
      const written = [write("before"), "\0\0\0 not a line\n", write("after")];
      const { entries, rest } = split(expression, written.join(""));
      assert.deepEqual([...entries, rest], written);
    });
  });
