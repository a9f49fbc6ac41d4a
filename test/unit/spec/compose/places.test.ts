import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { loadCompose } from "../../../../components/spec/compose";
import type { Path } from "../../../../components/spec/problem";
import { folderWith, load, problems } from "./project";

const files = {
  "stack.yml": `x-env: &env
  LOG: info
services:
  web:
    image: a
    ports:
      - "80:80"
      - "8000-8001:90-91"
    environment:
      <<: *env
      A: 1
    deploy:
      replicas: 2
    command: run it
    depends_on: [db]
  db:
    image: db
    extends: base
  base:
    image: base
    cap_add: [A]
`,
  "stack.prod.yml": `services:
  web:
    ports: ["443:443"]
    environment: [B=2]
    deploy: { replicas: 3 }
    env_file: web.env
`,
  "web.env": "C=3\n",
};

describe("a problem that is found later points to where its value was written", () => {
  const { problemAt } = load(files, { load: ["stack.yml", "stack.prod.yml"] });
  const cases: readonly [at: Path, place: string][] = [
    [["services", "web", "image"], "stack.yml:5:12"],
    [["services", "web", "ports", 0, "published"], "stack.yml:7:9"],
    [["services", "web", "ports", 2], "stack.yml:8:9"],
    [["services", "web", "ports", 3, "target"], "stack.prod.yml:3:13"],
    [["services", "web", "environment", "LOG"], "stack.yml:2:8"],
    [["services", "web", "environment", "A"], "stack.yml:11:10"],
    [["services", "web", "environment", "B"], "stack.prod.yml:4:19"],
    [["services", "web", "environment", "C"], "stack.prod.yml:6:15"],
    [["services", "web", "deploy", "replicas"], "stack.prod.yml:5:25"],
    [["services", "web", "deploy", "placement"], "stack.yml:12:5"],
    [["services", "web", "command", 1], "stack.yml:14:14"],
    [["services", "web", "depends_on", "db"], "stack.yml:15:18"],
    [["services", "db", "cap_add", 0], "stack.yml:21:15"],
    [["services", "db", "image"], "stack.yml:17:12"],
    [["services", "web", "no", "such", 1], "stack.yml:4:3"],
    [["services", "none"], "stack.yml:3:1"],
    [["networks", "default"], "stack.yml:1:1"],
    [[], "stack.yml:1:1"],
  ];
  for (const [at, place] of cases) {
    test(at.join(".") || "the project", () => {
      const { file, line, column, severity, message } = problemAt(at, "is bad");
      assert.equal(`${path.basename(file)}:${line}:${column}`, place);
      assert.deepEqual([severity, message], ["error", "is bad"]);
    });
  }
});

test("problems stand in the order of the files that were given, then of their lines", () => {
  const wrong = "services:\n  web:\n    imag: a\n    image: 1\n";
  const found = problems({ "b.yml": wrong, "a.yml": wrong }, { load: ["b.yml", "a.yml"] });
  assert.deepEqual(
    found.map((text) => text.split(" ")[0]),
    ["b.yml:3:5", "b.yml:4:12", "a.yml:3:5", "a.yml:4:12"],
  );
});

test("an undefined variable in an anchor is reported once, and its value judged nowhere", () => {
  const file =
    "x-a: &a\n  mem_limit: ${SIZE}\nservices:\n  web: { <<: *a, image: a }\n  api: { <<: *a, image: a }\n";
  assert.deepEqual(
    problems({ "stack.yml": file }).map((text) => text.split(" ").slice(0, 2).join(" ")),
    ["stack.yml:2:14 x-a.mem_limit:"],
  );
});

test("a file that was named by a relative path is shown so", () => {
  const folder = folderWith({ "a.yml": "services: { web: {} }" });
  const relative = path.relative(process.cwd(), path.join(folder, "a.yml"));
  assert.throws(() => loadCompose([relative], { variables: {} }), {
    message: new RegExp(`^${relative.replaceAll(".", "\\.")}:1:13 services\\.web: has no image`),
  });
});

test("all files are read, though one of them is no YAML", () => {
  const found = problems(
    { "a.yml": "a: [", "b.yml": "services: { web: { imag: a } }" },
    { load: ["a.yml", "b.yml"] },
  );
  assert.ok(found.some((text) => text.startsWith("a.yml:")));
  assert.ok(
    found.some((text) => text.startsWith("b.yml:1:20 services.web.imag: is not known here")),
  );
});
