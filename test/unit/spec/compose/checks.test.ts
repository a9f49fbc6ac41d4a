import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { indented, problems } from "./project";

/** Sections that the services of the cases may use. */
const sections =
  "  db: { image: db }\nnetworks: { n: }\nvolumes: { data: }\nconfigs: { c: { content: x } }\n";

describe("what does not go together in a service is found at its place", () => {
  const cases: readonly [title: string, service: string, problem: string][] = [
    [
      "an undefined network",
      "networks: [m]",
      '4:16 services.web.networks.m: refers to the network "m", which is not defined; did you mean "n"?',
    ],
    [
      "an undefined volume",
      "volumes: ['dta:/x']",
      '4:15 services.web.volumes[0]: refers to the volume "dta", which is not defined; did you mean "data"?',
    ],
    [
      "an undefined config",
      "configs: [app]",
      '4:15 services.web.configs[0]: refers to the config "app", which is not defined; add "app" under configs',
    ],
    [
      "an undefined secret",
      "secrets: [key]",
      '4:15 services.web.secrets[0]: refers to the secret "key", which is not defined; add "key" under secrets',
    ],
    [
      "an undefined dependency",
      "depends_on: [store]",
      '4:18 services.web.depends_on.store: refers to the service "store", which is not defined; add "store" under services',
    ],
    [
      "an undefined link",
      "links: ['store:db']",
      '4:13 services.web.links[0]: refers to the service "store", which is not defined; add "store" under services',
    ],
    [
      "an undefined source of volumes",
      "volumes_from: [store]",
      '4:20 services.web.volumes_from[0]: refers to the service "store", which is not defined; add "store" under services',
    ],
    [
      "an undefined namespace",
      "pid: service:store",
      '4:10 services.web.pid: refers to the service "store", which is not defined; add "store" under services',
    ],
    [
      "a dependency on itself",
      "depends_on: [web]",
      '4:18 services.web.depends_on.web: goes in a circle: "web" needs "web"; take one of them out',
    ],
    [
      "a dependency without condition",
      "depends_on: { db: { restart: true } }",
      "4:23 services.web.depends_on.db.condition: is missing; add it, for example `condition: service_healthy`",
    ],
    [
      "a network mode with networks",
      "network_mode: host\nnetworks: [n]",
      "4:19 services.web.network_mode: rules out `networks`; keep one of the two",
    ],
    [
      "a health test without its form",
      "healthcheck: { test: [curl, x] }",
      '4:27 services.web.healthcheck.test[0]: must be CMD, CMD-SHELL or NONE; got "curl", write [CMD, curl, x]',
    ],
    [
      "two numbers of replicas",
      "scale: 2\ndeploy: { replicas: 3 }",
      "4:12 services.web.scale: is 2, and deploy.replicas says 3; keep only deploy.replicas",
    ],
    [
      "two limits",
      "mem_limit: 1m\ndeploy: { resources: { limits: { memory: 2m } } }",
      '4:16 services.web.mem_limit: is 1048576, and deploy.resources.limits.memory says "2097152"; keep only deploy.resources.limits.memory',
    ],
    [
      "replicas of a global service",
      "deploy: { mode: global, replicas: 2 }",
      "4:39 services.web.deploy.replicas: has no effect with `mode: global`, which runs one task on each node; remove one of the two",
    ],
    [
      "a fixed name for several",
      "container_name: shop\nscale: 2",
      "4:21 services.web.container_name: rules out more than one task, and there are to be 2; remove it",
    ],
    [
      "two mounts on one path",
      "tmpfs: /x\nvolumes: ['data:/x']",
      "5:15 services.web.volumes[0]: mounts on /x, where tmpfs[0] is mounted already; choose another path",
    ],
    [
      "a port of a range twice",
      "ports: ['80-82:80-82', '81:90']",
      "4:28 services.web.ports[1]: publishes port 81/tcp, which this service publishes already; choose another one",
    ],

    [
      "a port on one address and on all",
      "ports: ['80:80', '127.0.0.1:80:81']",
      "4:22 services.web.ports[1]: publishes port 80/tcp, which this service publishes already; choose another one",
    ],
    [
      "a bad port",
      "ports: ['http']",
      '4:13 services.web.ports[0]: is no port: "http"; write it as [address:][published:]target[/protocol], for example 8080:80 or 127.0.0.1:53:53/udp',
    ],
    [
      "a port that is too high",
      "ports: ['80:70000']",
      "4:13 services.web.ports[0]: has the port 70000; ports go up to 65535",
    ],
    [
      "a mount of nothing",
      "volumes: ['data:']",
      '4:15 services.web.volumes[0]: has an empty section between colons: "data:"; write source:target',
    ],
    [
      "too many replicas to be a number",
      "deploy: { replicas: '-1' }",
      '4:25 services.web.deploy.replicas: must be at least 0; got "-1"',
    ],
    [
      "an image with capitals",
      "image: Shop",
      '4:12 services.web.image: is no image reference: "Shop"; names of images have small letters',
    ],
    [
      "a probe of two kinds",
      "x-slipway: { readiness: { tcp: { port: 1 }, exec: { command: [a] } } }",
      "4:29 services.web.x-slipway.readiness: must have exactly one of http, tcp and exec; it has tcp and exec",
    ],
    [
      "a probe of no kind",
      "x-slipway: { liveness: { interval: 5s } }",
      "4:28 services.web.x-slipway.liveness: must have exactly one of http, tcp and exec; it has none",
    ],
    [
      "an empty range of replicas",
      "x-slipway: { autoscale: { min: 3, max: 2, cpuPercent: 70 } }",
      "4:44 services.web.x-slipway.autoscale.max: must be at least min, which is 3; got 2",
    ],
    [
      "a misspelt extension",
      "x-slipwya: {}",
      '4:5 warning: services.web.x-slipwya: is ignored, as extensions are; did you mean "x-slipway"?',
    ],
    [
      "an old truth value",
      "init: 'yes'",
      '4:11 warning: services.web.init: is "yes", which YAML no longer takes for true; write true',
    ],
  ];
  for (const [title, text, problem] of cases) {
    test(title, () => {
      const image = text.includes("image: ") ? "user: '1'" : "image: shop";
      const file = `services:\n  web:\n    ${image}\n${indented(text, 4)}\n${sections}`;
      assert.deepEqual(problems({ "stack.yml": file }), [`stack.yml:${problem}`]);
    });
  }
});

describe("what is wrong beside the services is found at its place", () => {
  const cases: readonly [title: string, text: string, problem: string][] = [
    [
      "a secret without a source",
      "secrets:\n  key: {}",
      "3:3 secrets.key: has no value; give it one of file, environment, or external: true",
    ],
    [
      "a secret with two sources",
      "secrets:\n  key: { file: x, environment: X }",
      "3:3 secrets.key: has file and environment; keep one of them",
    ],
    [
      "a config with two sources",
      "configs:\n  c: { content: x, environment: X }",
      "3:3 configs.c: has environment and content; keep one of them",
    ],
    [
      "an external config with content",
      "configs:\n  c: { content: x, external: true }",
      "3:3 configs.c: is external, so that content has no effect; remove one or the other",
    ],
    [
      "an external volume with a driver",
      "volumes:\n  v: { driver: local, external: true }",
      "3:3 volumes.v: is external, so that driver has no effect; remove one or the other",
    ],
    [
      "a job of no service",
      "x-slipway:\n  jobs: { m: { when: before, service: shop } }",
      '3:39 x-slipway.jobs.m.service: refers to the service "shop", which is not defined; add "shop" under services',
    ],
    [
      "a job with times that do not count",
      "x-slipway:\n  jobs: { m: { when: after, service: web, schedule: '0 3 * * *' } }",
      "3:53 x-slipway.jobs.m.schedule: has no effect with `when: after`; write `when: schedule`, or remove it",
    ],
    [
      "a scheduled job without times",
      "x-slipway:\n  jobs: { m: { when: schedule, service: web } }",
      "3:11 x-slipway.jobs.m.schedule: is missing; add it, for example `schedule: 0 3 * * *`",
    ],
    [
      "a scheduled job at times that swarm-cronjob does not read",
      "x-slipway:\n  jobs: { m: { when: schedule, service: web, schedule: '0 3 * * 7' } }",
      '3:56 x-slipway.jobs.m.schedule: has "7" in the field for the day of the week; write * or 0 to 6 or sun to sat, ranges with -, steps with / and lists with commas',
    ],
    [
      "a scheduled job in a time zone that does not exist",
      "x-slipway:\n  jobs: { m: { when: schedule, service: web, schedule: 'TZ=europe/zurich 0 3 * * *' } }",
      '3:56 x-slipway.jobs.m.schedule: must be a time zone of the IANA database, as area and place, or UTC; got "europe/zurich", did you mean Europe/Zurich?',
    ],
    [
      "a version of two numbers",
      "x-slipway:\n  version: '1.0'",
      '3:12 x-slipway.version: must be three numbers with dots between them; got "1.0"; for example "1.0.0"',
    ],
    [
      "the old version",
      "version: '3'",
      "2:1 warning: version: is obsolete in Compose and has no effect; remove it",
    ],
  ];
  for (const [title, text, problem] of cases) {
    test(title, () => {
      const found = problems({
        "stack.yml": `services: { web: { image: shop } }\n${text}\n`,
        x: "",
      });
      assert.deepEqual(found, [`stack.yml:${problem}`]);
    });
  }

  test("a file of a secret that is missing, a folder, or outside", () => {
    const file = (name: string) =>
      `services: { web: { image: a } }\nsecrets:\n  key: { file: ${name} }\n`;
    assert.match(
      problems({ "stack.yml": file("no") })[0] ?? "",
      /^stack\.yml:3:16 secrets\.key\.file: .*no can't be read: there is no such file/,
    );
    assert.match(
      problems({ "stack.yml": file("sub"), "sub/x": "" })[0] ?? "",
      /sub is a folder; name a file$/,
    );
    assert.match(
      problems({ "stack.yml": file("../x") })[0] ?? "",
      /is outside of the project folder <folder>; move the file into it$/,
    );
  });

  test("one host and path for two services", () => {
    const rule = "x-slipway: { ingress: [{ host: a.b, port: 80 }] }";
    const file = `services:\n  a: { image: a, ${rule} }\n  b: { image: a, ${rule} }\n`;
    assert.deepEqual(problems({ "stack.yml": file }), [
      'stack.yml:3:41 services.b.x-slipway.ingress[0]: leads a.b/ here, where the service "a" has it already; choose another host or path',
    ]);
  });

  test("a port of two services; another protocol or address is another port", () => {
    const file = `services:
  a: { image: a, ports: ["80:80", "127.0.0.1:90:90"] }
  b: { image: a, ports: ["80:80/udp", "127.0.0.2:90:90"] }
  c: { image: a, ports: ["80:81"] }
`;
    assert.deepEqual(problems({ "stack.yml": file }), [
      'stack.yml:4:26 services.c.ports[0]: publishes port 80/tcp, which the service "a" publishes already; choose another one',
    ]);
  });

  test("a circle of dependencies, once", () => {
    const file =
      "services:\n  a: { image: a, depends_on: [b] }\n  b: { image: a, depends_on: [c] }\n  c: { image: a, depends_on: [a] }\n";
    assert.deepEqual(problems({ "stack.yml": file }), [
      'stack.yml:2:31 services.a.depends_on.b: goes in a circle: "a" needs "b" needs "c" needs "a"; take one of them out',
    ]);
  });

  test("a section that is no mapping is one problem, not one for each reference to it", () => {
    const file = "services: { web: { image: a, networks: [n] } }\nnetworks: 3\n";
    assert.equal(problems({ "stack.yml": file }).length, 1);
  });
});
