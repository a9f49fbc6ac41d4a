import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertHas, load, problems } from "./project";

describe("a service starts from the one that it extends", () => {
  test("of the same file, over several steps", () => {
    const file = `
services:
  a: { image: a, environment: { A: 1, B: 1 }, command: [x] }
  b: { extends: a, environment: [B=2], command: [y] }
  c: { extends: { service: b }, user: c }
`;
    assertHas(
      load({ "stack.yml": file }).project.services.c,
      `
image: a
environment: { A: "1", B: "2" }
command: [y]
user: c
extends: null`,
    );
  });

  test("of another file, whose paths start from its own folder", () => {
    const files = {
      "stack.yml": "services: { web: { extends: { file: base/common.yml, service: web } } }",
      "base/common.yml":
        "services: { web: { extends: { file: more.yml, service: x }, env_file: web.env } }",
      "base/more.yml": "services: { x: { image: more, ports: ['80:80'] } }",
      "base/web.env": "A=from the file\n",
    };
    assertHas(
      load(files).project.services.web,
      `
image: more
environment: { A: from the file }
ports: [{ target: 80, published: "80", protocol: tcp, mode: ingress }]`,
    );
  });

  test("and takes back what it resets", () => {
    const file = `
services:
  a: { image: a, ports: ['80:80'], labels: { x: 1 } }
  b: { extends: a, ports: !reset [], labels: !override { y: 2 } }
`;
    assertHas(
      load({ "stack.yml": file }).project.services.b,
      "{ ports: null, labels: { y: '2' } }",
    );
  });

  test("without a change to the other one", () => {
    const file = "services: { a: { image: a, cap_add: [A] }, b: { extends: a, cap_add: [B] } }";
    const { services } = load({ "stack.yml": file }).project;
    assert.deepEqual(services.a?.cap_add, ["A"]);
    assert.deepEqual(services.b?.cap_add, ["A", "B"]);
  });
});

describe("what can't be extended is found at its place", () => {
  const cases: readonly [title: string, files: Record<string, string>, message: string][] = [
    [
      "a circle",
      { "stack.yml": "services:\n  a: { image: a, extends: b }\n  b: { extends: a }\n" },
      'stack.yml:3:17 services.b.extends: goes in a circle: "a" extends "b" extends "a"; take one of them out',
    ],
    [
      "itself",
      { "stack.yml": "services:\n  a: { image: a, extends: a }\n" },
      'stack.yml:2:27 services.a.extends: goes in a circle: "a" extends "a"; take one of them out',
    ],
    [
      "a circle over files",
      {
        "stack.yml": "services: { a: { image: a, extends: { file: other.yml, service: b } } }",
        "other.yml": "services: { b: { extends: { file: stack.yml, service: a } } }",
      },
      'other.yml:1:27 services.b.extends: goes in a circle: "a" of stack.yml extends "b" of other.yml extends "a" of stack.yml; take one of them out',
    ],
    [
      "a service that is not there",
      { "stack.yml": "services:\n  base: { image: a }\n  a: { extends: bsae, image: a }\n" },
      'stack.yml:3:17 services.a.extends.service: is "bsae", which is no service of this file; did you mean "base"?',
    ],
    [
      "a service that the other file has not",
      {
        "stack.yml": "services:\n  a:\n    image: a\n    extends: { file: o.yml, service: shop }\n",
        "o.yml": "services: { b: { image: b } }",
      },
      'stack.yml:4:38 services.a.extends.service: is "shop", which is no service of o.yml; define it there',
    ],
    [
      "a file that is not there",
      { "stack.yml": "services:\n  a:\n    image: a\n    extends: { file: no.yml, service: x }\n" },
      "stack.yml:4:22 services.a.extends.file: no.yml can't be read: there is no such file; check the path",
    ],
    [
      "a file outside of the project",
      {
        "stack.yml":
          "services:\n  a:\n    image: a\n    extends: { file: /etc/x.yml, service: x }\n",
      },
      "stack.yml:4:22 services.a.extends.file: leads to /etc/x.yml, which is outside of the project folder <folder>; move the file into it",
    ],
    [
      "a mistake in the other file",
      {
        "stack.yml": "services: { a: { extends: { file: o.yml, service: b } } }",
        "o.yml": "services:\n  b: { image: b, comand: x }\n",
      },
      'o.yml:2:18 services.b.comand: is not known here; did you mean "command"?',
    ],
  ];
  for (const [title, files, message] of cases) {
    test(title, () => {
      const found = problems(files).map((text) =>
        text.replace(/can't be read: \S*no\.yml/, "no.yml"),
      );
      assert.ok(
        found.some((text) => text.replace(/\S*\/no\.yml can't/, "no.yml can't") === message),
        found.join("\n"),
      );
    });
  }
});

describe("a project includes others", () => {
  const other = {
    "other/compose.yml":
      "services: { db: { image: 'db:${TAG:-1}', env_file: db.env, networks: [back] } }\nnetworks: { back: }\n",
    "other/db.env": "A=1\n",
  };

  test("their services and networks become its own; their paths start from their folder", () => {
    const files = {
      "stack.yml":
        "include: [other/compose.yml]\nservices: { web: { image: a, depends_on: [db], networks: [back] } }\n",
      ...other,
    };
    const { project } = load(files);
    assertHas(project.services.db, "{ image: 'db:1', environment: { A: '1' } }");
    assertHas(project, "networks: { back: { name: shop_back, ipam: {} } }");
  });

  test("with variables of their own, before which those of the whole count", () => {
    const files = {
      "stack.yml":
        "include: [{ path: other/compose.yml, env_file: tags.env }]\nservices: { a: { image: a } }\n",
      "tags.env": "TAG=from-file\n",
      ...other,
    };
    assert.equal(load(files).project.services.db?.image, "db:from-file");
    const given = load(files, { variables: { TAG: "given" } }).project;
    assert.equal(given.services.db?.image, "db:given");
  });

  test("what both define differently is refused", () => {
    const files = {
      "stack.yml": "include: [other/compose.yml]\nservices:\n  db: { image: mine }\n",
      ...other,
    };
    assert.deepEqual(problems(files), [
      "stack.yml:3:3 services.db: is defined otherwise in an included file; rename one of the two",
    ]);
  });

  test("a circle is refused", () => {
    const files = {
      "stack.yml": "include: [b.yml]\nservices: { a: { image: a } }\n",
      "b.yml": "include: [stack.yml]\n",
    };
    const found = problems(files);
    assert.equal(found.length, 1);
    assert.match(
      found[0] ?? "",
      /^b\.yml:1:11 include\[0\]: goes in a circle: stack\.yml includes b\.yml includes stack\.yml/,
    );
  });
});

describe("services of inactive profiles are left out", () => {
  const file = `
services:
  web: { image: a }
  debug: { image: a, profiles: [debug, all] }
  trace: { image: a, profiles: [trace], depends_on: { debug: { condition: service_started, required: false } } }
`;
  const cases: readonly [readonly string[], readonly string[]][] = [
    [[], ["web"]],
    [["debug"], ["web", "debug"]],
    [["all"], ["web", "debug"]],
    [["trace"], ["web", "trace"]],
    [["*"], ["web", "debug", "trace"]],
  ];
  for (const [profiles, services] of cases) {
    test(`with ${profiles.join(", ") || "none"}`, () => {
      const { project } = load({ "stack.yml": file }, { profiles });
      assert.deepEqual(Object.keys(project.services), services);
    });
  }

  test("a profile that no service has is a warning", () => {
    assert.deepEqual(problems({ "stack.yml": file }, { profiles: ["debgu"] }), [
      'stack.yml:2:1 warning: has no service with the profile "debgu"; did you mean "debug"?',
    ]);
  });
});
