import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertHas, indented, load, problems } from "./project";

function merged(base: string, over: string): unknown {
  const file = (text: string, image: string) =>
    `services:\n  web:\n    ${image}\n${indented(text, 4)}\nvolumes: { one: , two: }\nnetworks: { n: , m: }\nsecrets: { s: { environment: S } }\nconfigs: { c: { content: c } }\n`;
  const files = {
    "stack.yml": file(base, "image: shop"),
    "stack.prod.yml": file(over, "user: '1'"),
  };
  return load(files, { load: Object.keys(files) }).project.services.web;
}

describe("a later file is merged over an earlier one by Compose's rules", () => {
  const cases: readonly [title: string, base: string, over: string, expected: string][] = [
    ["scalars are replaced", "hostname: a", "hostname: b", "hostname: b"],
    ["true is replaced by false", "read_only: true", "read_only: false", "read_only: null"],
    [
      "mappings are merged",
      "healthcheck: { retries: 1, interval: 1s }",
      "healthcheck: { retries: 2 }",
      "healthcheck: { retries: 2, interval: 1s }",
    ],
    ["lists are appended", "security_opt: [a]", "security_opt: [b]", "security_opt: [a, b]"],
    ["commands are replaced", "command: [a, b]", "command: c", "command: [c]"],
    ["a command is taken back", "command: [a, b]", "command:", "command: null"],
    ["entrypoints are replaced", "entrypoint: [a, b]", "entrypoint: []", "entrypoint: []"],
    [
      "health tests are replaced",
      "healthcheck: { test: [CMD, a] }",
      "healthcheck: { test: b }",
      "healthcheck: { test: [CMD-SHELL, b] }",
    ],
    [
      "environments are merged by name, whatever their form",
      "environment: [A=1, B=2]",
      "environment: { B: 3, C: 4 }",
      "environment: { A: '1', B: '3', C: '4' }",
    ],
    [
      "a variable without a value replaces one",
      "environment: [A=1]",
      "environment: [A]",
      "environment: { A: null }",
    ],
    [
      "labels are merged by name",
      "labels: { a: 1 }",
      "labels: [a=2, b=3]",
      "labels: { a: '2', b: '3' }",
    ],
    [
      "ports are unique by address, ports and protocol",
      "ports: ['80:80', '81:81']",
      "ports: ['80:80', '82:82']",
      portsOf(80, 81, 82),
    ],
    [
      "mounts are unique by target",
      "volumes: ['one:/x', 'one:/y']",
      "volumes: ['two:/x']",
      "volumes: [{ type: volume, source: two, target: /x, volume: {} }, { type: volume, source: one, target: /y, volume: {} }]",
    ],
    [
      "secrets are unique by target",
      "secrets: [s]",
      "secrets: [{ source: s, uid: '1' }]",
      "secrets: [{ source: s, uid: '1', target: /run/secrets/s }]",
    ],
    [
      "configs are unique by target",
      "configs: [{ source: c, target: /a }]",
      "configs: [{ source: c, target: /b }]",
      "configs: [{ source: c, target: /a }, { source: c, target: /b }]",
    ],
    ["capabilities are listed once", "cap_add: [A, B]", "cap_add: [B, C]", "cap_add: [A, B, C]"],
    [
      "hosts are listed once",
      "extra_hosts: ['a=1.1.1.1']",
      "extra_hosts: { a: 1.1.1.1, b: 2.2.2.2 }",
      "extra_hosts: [a=1.1.1.1, b=2.2.2.2]",
    ],
    [
      "networks are merged, whatever their form",
      "networks: [n]",
      "networks: { n: { aliases: [x] }, m: }",
      "networks: { n: { aliases: [x] }, m: null }",
    ],
    [
      "logging options are merged for the same driver",
      "logging: { driver: a, options: { x: 1 } }",
      "logging: { driver: a, options: { y: 2 } }",
      "logging: { driver: a, options: { x: '1', y: '2' } }",
    ],
    [
      "logging options of another driver are dropped",
      "logging: { driver: a, options: { x: 1 } }",
      "logging: { driver: b }",
      "logging: { driver: b }",
    ],
    [
      "a limit is replaced as a whole",
      "ulimits: { nofile: { soft: 1, hard: 2 } }",
      "ulimits: { nofile: 3 }",
      "ulimits: { nofile: 3 }",
    ],
    [
      "extensions are merged",
      "x-own: { a: 1, l: [1] }",
      "x-own: { b: 2, l: [2] }",
      "x-own: { a: 1, b: 2, l: [1, 2] }",
    ],
    [
      "ingress rules are unique by host and path",
      "x-slipway: { ingress: [{ host: a.b, port: 1 }] }",
      "x-slipway: { ingress: [{ host: a.b, port: 2 }, { host: c.d, port: 3 }] }",
      "x-slipway: { ingress: [{ host: a.b, port: 2, path: /, tls: true }, { host: c.d, port: 3, path: /, tls: true }] }",
    ],
    ["!reset takes away", "ports: ['80:80']\nuser: x", "ports: !reset []", "ports: null"],
    [
      "!reset of one member",
      "environment: { A: 1, B: 2 }",
      "environment: { A: !reset null }",
      "environment: { B: '2' }",
    ],
    [
      "!reset of a member of a list",
      "environment: [A=1, B=2]",
      "environment: { A: !reset null }",
      "environment: { B: '2' }",
    ],
    ["!override replaces a list", "ports: ['80:80']", "ports: !override ['81:81']", portsOf(81)],
    [
      "!override replaces a mapping",
      "labels: { a: 1 }",
      "labels: !override { b: 2 }",
      "labels: { b: '2' }",
    ],
    [
      "!override in a block",
      "environment: { A: 1 }",
      "environment: !override\n  B: 2",
      "environment: { B: '2' }",
    ],
  ];
  for (const [title, base, over, expected] of cases) {
    test(title, () => {
      assertHas(merged(base, over), expected);
    });
  }
});

function portsOf(...ports: number[]): string {
  const entries = ports.map(
    (port) => `{ target: ${port}, published: '${port}', protocol: tcp, mode: ingress }`,
  );
  return `ports: [${entries.join(", ")}]`;
}

test("a short dependency sets a long one back to its start; a part of a long one is merged into it", () => {
  const of = (depends: string) => `  web:\n    image: a\n    depends_on: ${depends}\n`;
  const files = {
    "a.yml": `services:\n${of("{ db: { condition: service_healthy } }")}  db: { image: a }\n`,
    "b.yml": `services:\n${of("{ db: { restart: true } }")}`,
    "c.yml": `services:\n${of("[db]")}`,
  };
  const loaded = (load_: string[]) => load(files, { load: load_ }).project.services.web;
  assertHas(
    loaded(["a.yml", "b.yml"]),
    "depends_on: { db: { condition: service_healthy, restart: true, required: true } }",
  );
  assertHas(
    loaded(["a.yml", "c.yml"]),
    "depends_on: { db: { condition: service_started, required: true } }",
  );
});

test("a service of a later file may be all new, and a whole one may be reset", () => {
  const files = {
    "a.yml": "services: { web: { image: a }, old: { image: a } }",
    "b.yml": "services: { api: { image: b }, old: !reset null }",
  };
  const { services } = load(files, { load: ["a.yml", "b.yml"] }).project;
  assert.deepEqual(Object.keys(services), ["web", "api"]);
});

test("subnets are merged by their address", () => {
  const file = (pools: string) =>
    `services: { web: { image: a } }\nnetworks: { n: { ipam: { config: [${pools}] } } }`;
  const files = {
    "a.yml": file("{ subnet: 10.0.0.0/24, gateway: 10.0.0.1 }"),
    "b.yml": file("{ subnet: 10.0.0.0/24, gateway: 10.0.0.2 }, { subnet: 10.1.0.0/24 }"),
  };
  assertHas(
    load(files, { load: ["a.yml", "b.yml"] }).project.networks?.n,
    `
ipam: { config: [{ subnet: 10.0.0.0/24, gateway: 10.0.0.2 }, { subnet: 10.1.0.0/24 }] }`,
  );
});

test("what is of another kind than before is refused at its place", () => {
  const files = {
    "a.yml": "services: { web: { image: a, x-own: { a: 1 } } }",
    "b.yml": "services:\n  web:\n    x-own: [1]\n",
  };
  assert.deepEqual(problems(files, { load: ["a.yml", "b.yml"] }), [
    "b.yml:3:12 services.web.x-own: is of another kind than in the file before; write it alike",
  ]);
});

test("a repetition in one file is a warning, and the later entry counts", () => {
  const file = "services:\n  web:\n    image: a\n    cap_add:\n      - A\n      - A\n";
  assert.deepEqual(problems({ "a.yml": file }), [
    "a.yml:6:9 warning: services.web.cap_add[1]: is listed a second time; remove one of the two",
  ]);
});
