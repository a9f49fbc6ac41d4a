import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  kubernetesPreflight,
  takenRoutes,
  type KubernetesArgs,
  type KubernetesFacts,
  type PreflightOptions,
} from "../../../../components/application/kubernetes";
import { parseQuantity } from "../../../../components/application/kubernetes/preflight/quantity";
import { renderPath } from "../../../../components/spec/problem";
import type { ComposeProject, ComposeService } from "../../../../components/spec";
import { deploy } from "../support/compose";
import { args, withServices } from "./support";

const GiB = 2 ** 30;
type NodeFacts = KubernetesFacts["nodes"][number];

function node(id: string, fields: Partial<NodeFacts> = {}): NodeFacts {
  return {
    id,
    isReady: true,
    labels: { "kubernetes.io/hostname": id },
    taints: [],
    os: "linux",
    architecture: "amd64",
    cpus: 4,
    memoryBytes: 8 * GiB,
    ...fields,
  };
}

const controlPlane = node("c1", {
  labels: { "kubernetes.io/hostname": "c1", "node-role.kubernetes.io/control-plane": "" },
  taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
});
const gpu = node("g1", {
  labels: { "kubernetes.io/hostname": "g1", gpu: "yes", zone: "a" },
  taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }],
});

const empty: KubernetesFacts = {
  nodes: [controlPlane, node("w1"), node("w2"), gpu],
  pods: [],
  namespaces: [],
  storageClasses: [{ name: "standard", isDefault: true }],
  ingressClasses: ["slipway"],
  services: [],
  routes: [],
  own: { configMaps: [], secrets: [], claims: [] },
  hasMetrics: true,
};

function told(
  of: ComposeProject,
  facts: Partial<KubernetesFacts> = {},
  fields: Partial<KubernetesArgs> = {},
  options: PreflightOptions = { enforcesPolicies: true },
): readonly string[] {
  return kubernetesPreflight(args(of, fields), { ...empty, ...facts }, options).map(
    ({ path, message, severity }) =>
      `${severity === "warning" ? "warning: " : ""}${renderPath(path)}: ${message}`,
  );
}
const web = (fields: Partial<ComposeService>, of: Partial<ComposeProject> = {}) =>
  withServices({ web: fields }, of);
const at = (...constraints: readonly string[]) => deploy({ placement: { constraints } });

describe("nodes", () => {
  test("take what no constraint keeps away", () => {
    assert.deepEqual(told(web({})), []);
    assert.deepEqual(told(web({ deploy: at("node.labels.gpu == yes") })), []);
    assert.deepEqual(told(web({ deploy: at("node.role == manager") })), []);
  });

  test("that do not are told with what they are", () => {
    assert.deepEqual(told(web({ deploy: at("node.labels.zone == b") })), [
      "services.web.deploy.placement.constraints: no node that takes pods satisfies node.labels.zone == b; nodes are c1 (control plane), w1 (worker), w2 (worker), g1 (worker, gpu=yes, zone=a, taint gpu=yes)",
    ]);
  });

  test("with taints that nothing asks for take none", () => {
    const [found] = told(web({}), { nodes: [gpu, controlPlane, node("w1", { isReady: false })] });
    assert.match(found ?? "", /satisfies this; nodes are g1 .*, w1 \(worker, takes no pods\)$/);
    assert.match(
      told(web({ deploy: at("node.hostname == g1") }))[0] ?? "",
      /satisfies node\.hostname == g1;/,
    );
  });

  test("with a taint that is only a wish take all", () => {
    const taints = [{ key: "old", effect: "PreferNoSchedule" }];
    assert.deepEqual(told(web({}), { nodes: [node("w1", { taints })] }), []);
  });

  test("run only what is built for them", () => {
    const nodes = [node("a1", { architecture: "arm64" })];
    assert.match(
      told(web({}), { nodes })[0] ?? "",
      /^services\.web\.image: is built for linux\/amd64, and the nodes that may run it are linux\/arm64/,
    );
  });

  test("have to be as large as limits, and as many as tasks", () => {
    const limits = { cpus: 5, memory: String(9 * GiB) };
    assert.equal(told(web({ deploy: deploy({ resources: { limits } }) })).length, 2);
    const placement = { max_replicas_per_node: 1 };
    assert.match(
      told(web({ deploy: deploy({ replicas: 3, placement }) }))[0] ?? "",
      /^services\.web\.deploy\.replicas: is 3, and 2 nodes take at most 1 each/,
    );
  });

  test("have to have room beside the pods of other applications, not of this one", () => {
    const resources = { reservations: { cpus: 2 } };
    const of = web({ deploy: deploy({ replicas: 4, resources }) });
    const pod = (namespace: string) => ({
      namespace,
      node: "w1",
      reserved: { cpus: 3, memoryBytes: 0 },
      hostPorts: [],
    });
    assert.deepEqual(told(of, { pods: [pod("shop")] }), []);
    assert.match(
      told(of, { pods: [pod("other")] })[0] ?? "",
      /^services\.web\.deploy\.resources\.reservations: 2 of 4 tasks have no room/,
    );
  });
});

describe("the namespace", () => {
  const found = (annotations: Record<string, string>) =>
    told(web({}), { namespaces: [{ name: "shop", labels: {}, annotations }] });

  test("is this application's, or is made", () => {
    assert.deepEqual(found({ "slipway.stack": "slipway/shop-prod" }), []);
  });

  test("is not taken from others", () => {
    assert.match(
      found({ "slipway.stack": "slipway/other" })[0] ?? "",
      /belongs to the Pulumi stack slipway\/other/,
    );
    assert.match(
      found({})[0] ?? "",
      /the namespace shop exists, and was not made by this application; .*kubectl annotate namespace shop slipway\.stack=slipway\/shop-prod/,
    );
  });
});

describe("what a file calls external", () => {
  const external = { external: true } as const;
  const of = web(
    { volumes: [{ type: "volume", source: "data", target: "/data" }] },
    {
      configs: { a: { name: "their-config", ...external } },
      secrets: { b: { name: "their-key", ...external } },
      volumes: { data: { name: "their-data", ...external } },
    },
  );

  test("must be in the namespace", () => {
    const claim = { name: "their-data", size: GiB, accessModes: [] };
    const own = { configMaps: ["their-config"], secrets: ["their-key"], claims: [claim] };
    assert.deepEqual(told(of, { own }), []);
  });

  test("is told where it is not, with what may be meant", () => {
    const own = { configMaps: ["their-confg"], secrets: [], claims: [] };
    assert.deepEqual(told(of, { own }), [
      'configs.a: is external, and the namespace shop has no ConfigMap "their-config"; did you mean their-confg?',
      'secrets.b: is external, and the namespace shop has no Secret "their-key"; create it with kubectl',
      'volumes.data: is external, and the namespace shop has no PersistentVolumeClaim "their-data"; create it with kubectl',
    ]);
  });
});

describe("a volume", () => {
  const of = (volume: object) =>
    web(
      { volumes: [{ type: "volume", source: "data", target: "/data" }] },
      { volumes: { data: { name: "shop_data", ...volume } } },
    );

  test("needs a storage class: its own, or the default", () => {
    assert.deepEqual(told(of({})), []);
    const storageClasses = [{ name: "standard", isDefault: false }];
    assert.match(
      told(of({}), { storageClasses })[0] ?? "",
      /^volumes\.data: needs a storage class, and the cluster has no default one; name one in driver \(standard\)/,
    );
    assert.deepEqual(told(of({ driver: "standard" }), { storageClasses }), []);
    assert.match(
      told(of({ driver: "standart" }))[0] ?? "",
      /^volumes\.data\.driver: .* did you mean standard\?/,
    );
  });

  test("does not shrink", () => {
    const claims = [{ name: "data", size: 2 * GiB, accessModes: [] }];
    const own = { ...empty.own, claims };
    assert.deepEqual(told(of({ "x-slipway": { size: String(3 * GiB) } }), { own }), []);
    assert.match(
      told(of({ "x-slipway": { size: String(GiB) } }), { own })[0] ?? "",
      /is less than the 2048 MiB that the volume has/,
    );
  });
});

describe("published ports", () => {
  const port = (mode: string, published: string) => ({
    mode,
    target: 80,
    published,
    protocol: "tcp",
  });
  const services = [{ namespace: "other", name: "web", nodePorts: ["30080/TCP"] }];

  test("of every node are one application's", () => {
    assert.match(
      told(web({ ports: [port("ingress", "30080")] }), { services })[0] ?? "",
      /^services\.web\.ports\[0\]: publishes 30080\/TCP, which the Service other\/web has/,
    );
    const own = [{ namespace: "shop", name: "web-published", nodePorts: ["30080/TCP"] }];
    assert.deepEqual(told(web({ ports: [port("ingress", "30080")] }), { services: own }), []);
  });

  test("of a node have to be free on as many as there are tasks", () => {
    const pods = ["w1", "w2", "g1"].map((name) => ({
      namespace: "other",
      node: name,
      reserved: { cpus: 0, memoryBytes: 0 },
      hostPorts: ["80/TCP"],
    }));
    const of = web({ ports: [port("host", "80")], deploy: deploy({ replicas: 2 }) });
    assert.match(
      told(of, { pods })[0] ?? "",
      /takes 80\/TCP of 2 nodes, and 1 have it free: pods of other applications have it on w1, w2, g1/,
    );
    assert.deepEqual(told(of, { pods: pods.slice(0, 1) }), []);
  });
});

describe("the cluster", () => {
  const autoscale = { min: 1, max: 2, cpuPercent: 50 };

  test("has to know how much pods use, where the number of replicas follows", () => {
    const of = web({ "x-slipway": { autoscale } });
    assert.deepEqual(told(of), []);
    assert.match(
      told(of, { hasMetrics: false })[0] ?? "",
      /^services\.web\.x-slipway\.autoscale: needs to know how much CPU/,
    );
    assert.deepEqual(told(web({}), { hasMetrics: false }), []);
  });

  test("has to have the ingress that routes name", () => {
    const of = web({
      "x-slipway": { ingress: [{ host: "a.test", path: "/", port: 80, tls: true }] },
    });
    assert.deepEqual(told(of), []);
    assert.match(
      told(of, { ingressClasses: [] })[0] ?? "",
      /needs the ingress class slipway, which is not there/,
    );
  });

  test("that does not enforce policies is warned of with its cure, and refused in prod", () => {
    const open = { enforcesPolicies: false };
    assert.match(
      told(web({}), {}, {}, { ...open, environment: "dev" })[0] ?? "",
      /^warning: networks: keep services apart by NetworkPolicies.* `kubernetes\.networkPolicy: true`/,
    );
    assert.match(
      told(web({}), {}, {}, { ...open, environment: "prod" })[0] ?? "",
      /^networks: keep services apart/,
    );
  });
});

test("routes of other applications are taken, by host and path as the ingress tells them apart", () => {
  const route = (namespace: string, path: string) => ({
    namespace,
    name: "web-https",
    host: "a.test",
    path,
  });
  const taken = takenRoutes(
    { routes: [route("other", "/"), route("other", "/b"), route("shop", "/c")] },
    "shop",
  );
  assert.deepEqual(
    [...taken],
    [
      ["Host(`a.test`)", "the Ingress other/web-https"],
      ["Host(`a.test`) && (Path(`/b`) || PathPrefix(`/b/`))", "the Ingress other/web-https"],
    ],
  );
});

describe("a quantity", () => {
  const cases: readonly (readonly [string | number, number])[] = [
    ["250m", 0.25],
    ["4", 4],
    ["0", 0],
    [2, 2],
    ["64Mi", 64 * 2 ** 20],
    ["16275512Ki", 16275512 * 1024],
    ["1.5G", 1.5e9],
    ["1e3", 1000],
    ["12E", 12e18],
    ["100n", 1e-7],
  ];
  for (const [text, expected] of cases)
    test(String(text), () => {
      assert.ok(Math.abs(parseQuantity(text) - expected) <= expected * 1e-12);
    });

  test("that is none is an error, not nothing", () => {
    for (const text of ["", "abc", "1Xi", "1 Gi"])
      assert.throws(() => parseQuantity(text), /is no quantity/);
  });
});
