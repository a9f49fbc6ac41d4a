import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { load, problems } from "./project";

function read(text: string, given: Record<string, string> = {}, own = ""): unknown {
  const files = {
    "stack.yml": `services: { web: { image: a, env_file: [x.env], environment: { ${own} } } }`,
    "x.env": text,
  };
  return load(files, { variables: given }).project.services.web?.environment ?? {};
}

describe("a file of variables is read as Compose reads it", () => {
  const cases: readonly [title: string, text: string, values: Record<string, string>][] = [
    ["lines", "A=1\nB=two words\n", { A: "1", B: "two words" }],
    ["no last line end", "A=1", { A: "1" }],
    ["Windows line ends", "A=1\r\nB=2\r\n", { A: "1", B: "2" }],
    ["comments and empty lines", "# A=0\n\n  # more\nA=1 # here\nB=x#y\n", { A: "1", B: "x#y" }],
    ["spaces", "  A = 1  \n", { A: "1" }],
    ["export", "export A=1\n", { A: "1" }],
    ["a colon", "A: 1\n", { A: "1" }],
    ["nothing", "A=\nB=2\n", { A: "", B: "2" }],
    ["double quotes", 'A="x # y"\n', { A: "x # y" }],
    ["escapes in double quotes", 'A="a\\nb\\t\\"c\\"\\\\"\n', { A: 'a\nb\t"c"\\' }],
    ["single quotes", "A='$B \\n \\'x\\''\n", { A: "$B \\n 'x'" }],
    ["several lines in quotes", 'A="1\n2"\nB=3\n', { A: "1\n2", B: "3" }],
    ["a comment after quotes", 'A="1" # one\nB=2\n', { A: "1", B: "2" }],
    ["variables of the file", 'A=1\nB=${A}2\nC="$A"\n', { A: "1", B: "12", C: "1" }],
    ["a dollar", 'A=$$x\nB="\\$x"\n', { A: "$x", B: "$x" }],
    ["defaults", "A=${NONE:-x}\n", { A: "x" }],
    ["the later of two", "A=1\nA=2\n", { A: "2" }],
    ["an equals sign in a value", "A=b=c\n", { A: "b=c" }],
    ["names with dots", "a.b-c=1\n", { "a.b-c": "1" }],
    ["a byte order mark", "\uFEFFA=1\n", { A: "1" }],
  ];
  for (const [title, text, values] of cases) {
    test(title, () => {
      assert.deepEqual(read(text), values);
    });
  }

  test("a name alone takes the value that is given, and is nothing without one", () => {
    assert.deepEqual(read("A\nB\n", { A: "given" }), { A: "given" });
  });

  test("what is given counts before what the file sets", () => {
    assert.deepEqual(read("A=file\nB=$A\n", { A: "given" }), { A: "file", B: "given" });
  });

  test("what the service itself says counts before the file", () => {
    assert.deepEqual(read("A=file\nB=$A\n", {}, "A: own"), { A: "own", B: "own" });
  });

  test("raw values are taken as they are", () => {
    const files = {
      "stack.yml": "services: { web: { image: a, env_file: [{ path: x.env, format: raw }] } }",
      "x.env": "A='$B' # c\n# B=1\n",
    };
    assert.deepEqual(load(files).project.services.web?.environment, { A: "'$B' # c" });
  });
});

describe("mistakes in it have their line", () => {
  const cases: readonly [string, string][] = [
    [
      "A=1\nnot a pair\n",
      'x.env:2:1 has "not a pair" for a name; a line is NAME=value, and # starts a comment',
    ],
    ['A=1\nB="x\nC=2\n', "x.env:2:1 has a value of B without its closing quote"],
    [
      "A=1\nB=$NONE\n",
      "x.env:2:1 B uses the variable NONE, which has no value; set it, give a default with ${NONE:-default}, or write $$ for a dollar sign",
    ],
  ];
  for (const [text, message] of cases) {
    test(JSON.stringify(text), () => {
      const stack = "services: { web: { image: a, env_file: x.env } }";
      assert.deepEqual(problems({ "stack.yml": stack, "x.env": text }), [message]);
    });
  }

  test("a file that need not be there may be missing", () => {
    const stack = "services: { web: { image: a, env_file: [{ path: x.env, required: false }] } }";
    assert.deepEqual(problems({ "stack.yml": stack }), []);
  });
});

test("labels come from files too, and those of the service count before them", () => {
  const files = {
    "stack.yml": "services: { web: { image: a, label_file: x.labels, labels: { a: own } } }",
    "x.labels": "a=file\nb=file\n",
  };
  assert.deepEqual(load(files).project.services.web?.labels, { a: "own", b: "file" });
});
