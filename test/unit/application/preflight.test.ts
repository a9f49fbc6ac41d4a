import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { preflight, type SwarmFacts } from "../../../components/application";
import {
  isConstraint,
  runsOn,
  satisfies,
} from "../../../components/application/preflight/eligibility";
import type { ComposeProject } from "../../../components/spec";
import { deploy, facts, names, node, plan, project, service, told } from "./support/compose";

const owner = "slipway/shop-prod";
const objections = (of: ComposeProject, given: Partial<SwarmFacts> = {}) =>
  told(preflight({ project: of, images: plan(of).images, names, owner, facts: facts(given) }));
const web = (fields: Parameters<typeof service>[0]) =>
  project({ services: { web: service(fields) } });
const GiB = 2 ** 30;

describe("a placement constraint", () => {
  const one = node("id-1", {
    hostname: "Worker-0",
    address: "10.89.0.21",
    labels: { zone: "A", "com.test.Disk": "ssd" },
    engineLabels: { gpu: "yes" },
    machine: "x86_64",
  });
  const cases: readonly [string, boolean][] = [
    ["node.id == id-1", true],
    ["node.id != id-1", false],
    ["node.hostname==worker-0", true],
    ["node.hostname == worker-1", false],
    ["node.role == worker", true],
    ["NODE.Role != manager", true],
    ["node.role == manager", false],
    ["node.labels.zone == a", true],
    ["node.labels.zone != a", false],
    ["node.labels.rack != r1", true],
    ["node.labels.rack == r1", false],
    ["node.labels.com.test.Disk == ssd", true],
    ["node.labels.com.test.disk == ssd", false],
    ["engine.labels.gpu == yes", true],
    ["node.platform.os == linux", true],
    ["node.platform.arch == x86_64", true],
    ["node.platform.arch == amd64", false],
    ["node.ip == 10.89.0.21", true],
    ["node.ip != 10.89.0.0/24", false],
    ["node.ip == 10.90.0.0/16", false],
    ["node.ip == fd00::/8", false],
    ["node.ip == somewhere", false],
    ["node.ip != 10.0.0.0/99", false],
  ];
  for (const [constraint, expected] of cases)
    test(`${constraint} ${expected ? "takes" : "leaves out"} the node`, () => {
      assert.ok(isConstraint(constraint));
      assert.equal(satisfies(one, constraint), expected);
    });

  for (const text of [
    "zone == a",
    "node.label.zone == a",
    "node.role",
    "node.role = worker",
    "node.labels.a ==",
    "node.labels.a == b&c",
  ])
    test(`${text} is none`, () => {
      assert.equal(isConstraint(text), false);
    });

  test("that Swarm can't read is told at its place", () => {
    const placement = { constraints: ["node.role == worker", "zone == a"] };
    assert.deepEqual(objections(web({ deploy: deploy({ placement }) })), [
      "services.web.deploy.placement.constraints.1: is no constraint that Swarm knows: zone == a; write for example node.labels.zone == a, or node.role == worker",
    ]);
  });

  test("that no node satisfies is told with what the nodes are", () => {
    const placement = { constraints: ["node.labels.zone == b"] };
    const nodes = [
      node("w1", { labels: { zone: "a", "slipway.generation": "1" } }),
      node("w2", { labels: { zone: "b" }, isReady: false }),
    ];
    assert.deepEqual(objections(web({ deploy: deploy({ placement }) }), { nodes }), [
      "services.web.deploy.placement.constraints: no node that takes tasks satisfies node.labels.zone == b; nodes are w1 (worker, zone=a), w2 (worker, zone=b, takes no tasks)",
    ]);
  });

  test("is not needed to see that no node takes tasks", () => {
    assert.deepEqual(objections(project(), { nodes: [node("w1", { isReady: false })] }), [
      "services.web.deploy.placement.constraints: no node that takes tasks satisfies this; nodes are w1 (worker, takes no tasks)",
    ]);
  });
});

describe("an image", () => {
  const arm = node("arm", { architecture: "arm64", machine: "aarch64" });

  test("runs on the platforms that it is built for", () => {
    const amd64 = [{ os: "linux", architecture: "amd64" }];
    assert.equal(runsOn({ platforms: amd64 }, node("w1")), true);
    assert.equal(runsOn({ platforms: amd64 }, arm), false);
    assert.equal(
      runsOn({ platforms: [...amd64, { os: "linux", architecture: "arm64" }] }, arm),
      true,
    );
    assert.equal(
      runsOn({ platforms: [{ os: "windows", architecture: "amd64" }] }, node("w1")),
      false,
    );
  });

  test("that does not say its platform, or its variant of ARM, runs everywhere", () => {
    assert.equal(runsOn({ platforms: [] }, arm), true);
    assert.equal(runsOn({ platforms: [{ os: "", architecture: "" }] }, arm), true);
    assert.equal(runsOn({ platforms: [{ os: "linux", architecture: "" }] }, arm), true);
  });

  test("for another platform than that of every node that may run it is told", () => {
    const placement = { constraints: ["node.labels.arm == yes"] };
    const nodes = [node("w1"), { ...arm, labels: { arm: "yes" } }];
    assert.deepEqual(objections(web({ deploy: deploy({ placement }) }), { nodes }), [
      "services.web.image: is built for linux/amd64, and the nodes that may run it are linux/arm64; build it for those",
    ]);
  });

  test("that can't be had is not told a second time", () => {
    const of = project();
    assert.deepEqual(preflight({ project: of, images: {}, names, owner, facts: facts() }), []);
  });
});

describe("the nodes' resources", () => {
  const limits = (cpus: number, memory: number) =>
    deploy({ resources: { limits: { cpus, memory: String(memory) } } });
  const reserves = (cpus: number, memory: number, fields: object = {}) =>
    deploy({ resources: { reservations: { cpus, memory: String(memory) } }, ...fields });

  test("hold limits that a node has", () => {
    assert.deepEqual(objections(web({ deploy: limits(4, 8 * GiB) })), []);
  });

  test("do not hold limits that no node has", () => {
    assert.deepEqual(objections(web({ deploy: limits(5, 9 * GiB) })), [
      "services.web.deploy.resources.limits.cpus: is 5 CPUs, and no node that may run it has more than 4; lower it, or allow larger nodes",
      "services.web.deploy.resources.limits.memory: is 9216 MiB, and no node that may run it has more than 8192 MiB; lower it, or allow larger nodes",
    ]);
  });

  test("are those of the nodes that the constraints leave", () => {
    const nodes = [node("small", { cpus: 1 }), node("big", { role: "manager", cpus: 16 })];
    const placement = { constraints: ["node.role == worker"] };
    const [objection] = objections(web({ deploy: { ...limits(2, GiB), placement } }), { nodes });
    assert.match(objection ?? "", /no node that may run it has more than 1;/);
  });

  test("count what Docker 2 files call mem_limit and cpus", () => {
    assert.equal(objections(web({ cpus: 5, mem_limit: String(9 * GiB) })).length, 2);
  });

  test("hold as many tasks as max_replicas_per_node lets them", () => {
    const placement = { max_replicas_per_node: 2 };
    assert.deepEqual(objections(web({ deploy: deploy({ replicas: 4, placement }) })), []);
    assert.deepEqual(objections(web({ deploy: deploy({ replicas: 5, placement }) })), [
      "services.web.deploy.replicas: is 5, and 2 nodes take at most 2 each (max_replicas_per_node); allow more per node, or have fewer",
    ]);
  });

  test("hold what tasks reserve", () => {
    assert.deepEqual(objections(web({ deploy: reserves(2, GiB, { replicas: 4 }) })), []);
    assert.deepEqual(objections(web({ deploy: reserves(2, GiB, { replicas: 5 }) })), [
      "services.web.deploy.resources.reservations: 1 of 5 tasks have no room: each reserves 2 CPUs and 1024 MiB, and what the nodes have is reserved by others; reserve less, or add nodes",
    ]);
  });

  const others = {
    services: [
      {
        id: "s1",
        name: "other_db",
        labels: {},
        ports: [],
        reserved: { cpus: 3, memoryBytes: GiB },
      },
    ],
    tasks: [{ serviceId: "s1", nodeId: "w1" }],
  };

  test("are short by what other applications' tasks have reserved", () => {
    const [objection] = objections(web({ deploy: reserves(2, GiB, { replicas: 4 }) }), others);
    assert.match(objection ?? "", /^services\.web\.deploy\.resources\.reservations: 2 of 4 tasks/);
  });

  test("are not short by what the application's own services have reserved", () => {
    const services = others.services.map((one) => ({
      ...one,
      name: "shop_web",
      labels: { "slipway.stack": owner },
    }));
    const own = { ...others, services };
    assert.deepEqual(objections(web({ deploy: reserves(2, GiB, { replicas: 4 }) }), own), []);
  });

  test("must have room on every node for a service in mode global", () => {
    const [objection] = objections(web({ deploy: reserves(2, GiB, { mode: "global" }) }), others);
    assert.match(objection ?? "", /1 of 2 tasks have no room/);
  });

  test("are shared by the services of the application, the demanding ones first", () => {
    const nodes = [node("big", { cpus: 4 }), node("small", { cpus: 2 })];
    const services = {
      many: service({ deploy: reserves(1, 0, { replicas: 2 }) }),
      large: service({ deploy: reserves(4, 0) }),
    };
    assert.deepEqual(objections(project({ services }), { nodes }), []);
    const more = { ...services, last: service({ deploy: reserves(1, 0) }) };
    assert.deepEqual(objections(project({ services: more }), { nodes }).length, 1);
  });
});

describe("published ports", () => {
  const port = (published: string, mode = "ingress") => ({
    mode,
    target: 80,
    published,
    protocol: "tcp",
  });
  const taken = (name: string, mode = "ingress", holder = "slipway/other") => ({
    services: [
      {
        id: "s1",
        name,
        labels: { "slipway.stack": holder },
        ports: [{ published: 80, protocol: "tcp", mode }],
        reserved: { cpus: 0, memoryBytes: 0 },
      },
    ],
    tasks: [{ serviceId: "s1", nodeId: "w1" }],
  });

  test("of other applications are not free", () => {
    assert.deepEqual(objections(web({ ports: [port("8080"), port("80")] }), taken("other_web")), [
      "services.web.ports.1: publishes 80/tcp, which the service other_web has on this cluster; use another port, or let the ingress route by host name (x-slipway.ingress)",
    ]);
  });

  test("of the service itself are free to it", () => {
    const own = taken("shop_web", "ingress", owner);
    assert.deepEqual(objections(web({ ports: [port("80")] }), own), []);
  });

  test("of a service that the application had under another name are free to it", () => {
    const former = taken("shop_former", "ingress", owner);
    assert.deepEqual(objections(web({ ports: [port("80")] }), former), []);
  });

  test("of nodes are left to the scheduler, where both services have them in mode host", () => {
    const host = { ...port("80"), mode: "host" };
    assert.deepEqual(objections(web({ ports: [host] }), taken("other_web", "host")), []);
  });

  test("are told apart by protocol, and the engine's own choice is always free", () => {
    const udp = { ...port("80"), protocol: "udp" };
    const chosen = { mode: "ingress", target: 80, protocol: "tcp" };
    assert.deepEqual(objections(web({ ports: [udp, chosen] }), taken("other_web")), []);
  });
});

describe("what a file calls external", () => {
  const external = { external: true } as const;
  const of = project({
    networks: {
      default: { name: "shop_default", ipam: {} },
      front: { name: "frontnet", ipam: {}, ...external },
    },
    configs: { theirs: { name: "their-config", ...external }, own: { name: "shop_own" } },
    secrets: { key: { name: "their-key", ...external } },
  });
  const named = (name: string) => ({ id: `${name}-id`, name, labels: {} });

  test("must exist", () => {
    assert.deepEqual(
      objections(of, {
        networks: [{ ...named("frontnet"), driver: "overlay", scope: "swarm" }],
        configs: [named("their-config")],
        secrets: [named("their-key")],
      }),
      [],
    );
  });

  test("is told where it does not, with what may be meant", () => {
    assert.deepEqual(
      objections(of, {
        networks: [
          { ...named("frontnet"), driver: "bridge", scope: "local" },
          { ...named("frontnets"), driver: "overlay", scope: "swarm" },
        ],
        secrets: [named("their_key")],
      }),
      [
        'networks.front: is external, and the cluster has no network "frontnet"; did you mean frontnets?',
        'configs.theirs: is external, and the cluster has no config "their-config"; create it with `docker config create`',
        'secrets.key: is external, and the cluster has no secret "their-key"; did you mean their_key?',
      ],
    );
  });
});

describe("what stands under the application's names", () => {
  const found = (labels: Readonly<Record<string, string>>) => ({
    services: [
      { id: "1", name: "shop_web", labels, ports: [], reserved: { cpus: 0, memoryBytes: 0 } },
    ],
    networks: [{ id: "2", name: "shop_default", labels, driver: "overlay", scope: "swarm" }],
  });

  test("is taken over where this Pulumi stack or `docker stack deploy` made it", () => {
    assert.deepEqual(objections(project(), found({ "slipway.stack": owner })), []);
    assert.deepEqual(objections(project(), found({ "com.docker.stack.namespace": "shop" })), []);
  });

  test("and belongs to somebody else stands against the deployment", () => {
    const theirs = { "slipway.stack": "slipway/shop-dev", "com.docker.stack.namespace": "shop" };
    assert.deepEqual(objections(project(), found(theirs)), [
      "services.web: the service shop_web belongs to the Pulumi stack slipway/shop-dev; give this application another name (slipway:application), or remove it there",
      "networks.default: the network shop_default belongs to the Pulumi stack slipway/shop-dev; give this application another name (slipway:application), or remove it there",
    ]);
    assert.match(objections(project(), found({}))[0] ?? "", /exists, and was not made by this/);
    const other = found({ "com.docker.stack.namespace": "other" });
    assert.match(objections(project(), other)[0] ?? "", /belongs to the application other; give/);
  });
});

describe("jobs at times", () => {
  const of = project({
    "x-slipway": {
      jobs: {
        nightly: { when: "schedule", schedule: "0 3 * * *", service: "web" },
        migrate: { when: "before", service: "web" },
      },
    },
  });
  const labelled = (labels: Record<string, string>) => ({
    services: [{ id: "c", name: "cron", labels, ports: [], reserved: { cpus: 0, memoryBytes: 0 } }],
  });

  test("need a scheduler, which cluster.yml asks for", () => {
    const message =
      "x-slipway.jobs.nightly.schedule: needs a scheduler, and the cluster has none; add `platform: { scheduler: {} }` to its cluster.yml and run `pulumi up` there, or give the site's own swarm-cronjob the label slipway.platform=scheduler";
    assert.deepEqual(objections(of), [message]);
    assert.deepEqual(objections(of, labelled({ "slipway.platform": "ingress" })), [message]);
  });

  test("are taken where a service says that it is one, and without jobs none is needed", () => {
    assert.deepEqual(objections(of, labelled({ "slipway.platform": "scheduler" })), []);
    assert.deepEqual(objections(project()), []);
  });
});

describe("what the nodes' kernels can't do", () => {
  const networks = { default: { name: "shop_default", ipam: {}, driver_opts: { encrypted: "" } } };
  const port = { mode: "ingress", target: 80, published: "80", protocol: "tcp" };
  const of = project({ networks, services: { web: service({ ports: [port] }) } });

  test("is nothing where they have everything", () => {
    assert.deepEqual(objections(of), []);
  });

  test("is an encrypted network without ESP", () => {
    const [objection, ...more] = objections(of, { features: { ipvs: true, esp: false } });
    assert.deepEqual(more, []);
    assert.match(
      objection ?? "",
      /^networks\.default: an encrypted overlay needs ESP.*leave encryption off/,
    );
    const plain = project({
      networks: { default: { ...networks.default, driver_opts: { encrypted: "false" } } },
    });
    assert.deepEqual(objections(plain, { features: { ipvs: true, esp: false } }), []);
  });

  test("is a virtual IP, or a port in the mesh, without IPVS", () => {
    const features = { ipvs: false, esp: true };
    assert.deepEqual(
      objections(of, { features }).map((one) => one.replace(/ needs IPVS.*;/, ";")),
      [
        "services.web.deploy.endpoint_mode: a virtual IP; set endpoint_mode: dnsrr",
        "services.web.ports.0: port 80 in mode ingress; publish it with mode host",
      ],
    );
    const dnsrr = web({
      deploy: deploy({ endpoint_mode: "dnsrr" }),
      ports: [{ ...port, mode: "host" }],
    });
    assert.deepEqual(objections(dnsrr, { features }), []);
  });
});

test("everything that stands against a deployment is told at once", () => {
  const placement = { constraints: ["node.role == manager"] };
  const of = project({
    services: { web: service({ deploy: deploy({ placement }) }) },
    secrets: { key: { name: "key", external: true } },
  });
  assert.equal(objections(of, { features: { ipvs: false, esp: true } }).length, 3);
});
