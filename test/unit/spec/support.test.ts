import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Orchestrator,
  supportFindings,
  type ComposeProject,
  type ComposeService,
} from "../../../components/spec";
import { renderPath } from "../../../components/spec/problem";

const service: ComposeService = { image: "a", command: null, entrypoint: null };
const folder = "/srv/shop";

/** `path severity` of everything that an orchestrator ignores or can't do in a project. */
function found(
  one: Partial<ComposeService>,
  rest: Partial<ComposeProject> = {},
  orchestrator: Orchestrator = "swarm",
): string[] {
  const project: ComposeProject = {
    name: "shop",
    services: { web: { ...service, ...one } },
    ...rest,
  };
  return supportFindings(project, orchestrator, folder).map(
    ({ path, severity }) => `${renderPath(path)} ${severity}`,
  );
}

describe("what Swarm does with a project", () => {
  const cases: readonly [string, Partial<ComposeService>, readonly string[]][] = [
    ["takes a plain service", {}, []],
    ["warns of build", { build: { context: "/srv/shop" } }, ["services.web.build warning"]],
    ["refuses network_mode host", { network_mode: "host" }, ["services.web.network_mode error"]],
    ["takes network_mode bridge", { network_mode: "bridge" }, []],
    [
      "refuses the address of a port, which Swarm would open on every one",
      {
        ports: [
          { mode: "host", target: 80, published: "80", protocol: "tcp", host_ip: "127.0.0.1" },
        ],
      },
      ["services.web.ports[0].host_ip error"],
    ],
    [
      "refuses a range of published ports",
      { ports: [{ mode: "host", target: 80, published: "80-90", protocol: "tcp" }] },
      ["services.web.ports[0].published error"],
    ],
    [
      "refuses a path beside the file, which no node has",
      { volumes: [{ type: "bind", source: "/srv/shop/data", target: "/data" }] },
      ["services.web.volumes[0] error"],
    ],
    [
      "takes a path of the nodes",
      { volumes: [{ type: "bind", source: "/srv/shop-data", target: "/data" }] },
      [],
    ],
    [
      "refuses volumes of types that it does not have",
      { volumes: [{ type: "npipe", source: "x", target: "y" }] },
      ["services.web.volumes[0].type error"],
    ],
    ["takes empty values for nothing", { devices: [], cpuset: undefined }, []],
  ];
  for (const [title, one, expected] of cases) {
    test(title, () => {
      assert.deepEqual(found(one), expected);
    });
  }

  test("refuses networks of other drivers", () => {
    const networks = { back: { name: "shop_back", driver: "bridge", ipam: {} } };
    assert.deepEqual(found({}, { networks }), ["networks.back.driver error"]);
  });

  test("warns of a time limit of a job that is started at its times, where nothing ends it", () => {
    const job = { service: "web", timeout: "10m0s" };
    const jobs = {
      migrate: { ...job, when: "before" as const },
      nightly: { ...job, when: "schedule" as const, schedule: "@daily" },
    };
    assert.deepEqual(found({}, { "x-slipway": { jobs } }), [
      "x-slipway.jobs.nightly.timeout warning",
    ]);
  });
});

describe("what Kubernetes does with a project", () => {
  const cases: readonly [string, Partial<ComposeService>, readonly string[]][] = [
    ["takes a plain service", {}, []],
    ["takes ports to open and names of them", { expose: ["80"] }, []],
    [
      "warns of limits of the container runtime",
      { ulimits: { nofile: 1 }, pids_limit: 9 },
      ["services.web.ulimits warning", "services.web.pids_limit warning"],
    ],
    [
      "warns of a stop signal, which is the image's",
      { stop_signal: "SIGINT" },
      ["services.web.stop_signal warning"],
    ],
    ["warns of log drivers", { logging: { driver: "syslog" } }, ["services.web.logging warning"]],
    ["refuses privileged containers", { privileged: true }, ["services.web.privileged error"]],
    [
      "takes rules of restarts, and warns of a way back of its own",
      {
        deploy: {
          resources: { limits: { pids: 5 } },
          placement: {},
          restart_policy: { condition: "any", delay: "1s" },
          rollback_config: { parallelism: 1 },
        },
      },
      [
        "services.web.deploy.rollback_config warning",
        "services.web.deploy.resources.limits.pids warning",
      ],
    ],
    [
      "refuses a path beside the file, which no node has",
      { volumes: [{ type: "bind", source: "/srv/shop/data", target: "/data" }] },
      ["services.web.volumes[0] error"],
    ],
  ];
  for (const [title, one, expected] of cases) {
    test(title, () => {
      assert.deepEqual(found(one, {}, "kubernetes"), expected);
    });
  }

  test("warns of settings of networks, and refuses templates of configs", () => {
    const networks = { back: { name: "shop_back", ipam: { config: [{ subnet: "10.0.0.0/24" }] } } };
    const configs = { a: { name: "shop_a", content: "x", template_driver: "golang" } };
    assert.deepEqual(found({}, { networks, configs }, "kubernetes"), [
      "networks.back.ipam warning",
      "configs.a.template_driver error",
    ]);
  });
});
