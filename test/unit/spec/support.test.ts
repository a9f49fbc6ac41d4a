import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  supportFindings,
  type ComposeProject,
  type ComposeService,
} from "../../../components/spec";
import { renderPath } from "../../../components/spec/problem";

const service: ComposeService = { image: "a", command: null, entrypoint: null };
const folder = "/srv/shop";

/** `path severity` of everything that Swarm ignores or can't do in a project. */
function found(one: Partial<ComposeService>, rest: Partial<ComposeProject> = {}): string[] {
  const project: ComposeProject = {
    name: "shop",
    services: { web: { ...service, ...one } },
    ...rest,
  };
  return supportFindings(project, "swarm", folder).map(
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
});
