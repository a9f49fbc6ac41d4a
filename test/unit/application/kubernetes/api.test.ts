import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { stringify } from "yaml";
import { accessOf, gatherFacts } from "../../../../components/application/kubernetes";
import { get, list } from "../../../../components/application/kubernetes/kubernetesApi";
import { Authority } from "../../components/support/authority";
import { FakeApiServer } from "./apiServer";

describe("an API server", () => {
  let server: FakeApiServer;
  before(async () => {
    server = await FakeApiServer.start();
  });
  after(() => {
    server.stop();
  });

  test("tells a list part by part", async () => {
    const parts = [
      { items: [1, 2], metadata: { continue: "a b" } },
      { items: [3], metadata: { continue: "" } },
    ];
    server.answer = () => ({ body: parts.shift() });
    server.questions.length = 0;
    assert.deepEqual(await list(server.access, "/api/v1/pods?fieldSelector=x"), [1, 2, 3]);
    assert.deepEqual(
      server.questions.map(({ path }) => path),
      [
        "/api/v1/pods?fieldSelector=x&limit=500",
        "/api/v1/pods?fieldSelector=x&limit=500&continue=a%20b",
      ],
    );
  });

  test("is asked for no more than names where that is enough", async () => {
    server.answer = () => ({ body: { items: [] } });
    server.questions.length = 0;
    await list(server.access, "/api/v1/namespaces/shop/secrets", "metadata");
    assert.match(server.questions[0]?.headers.accept ?? "", /as=PartialObjectMetadataList/);
  });

  test("that does not know what is asked for says so", async () => {
    server.answer = () => ({ status: 404, body: { message: "not found" } });
    assert.equal(await list(server.access, "/apis/metrics.k8s.io/v1beta1/pods"), undefined);
    assert.equal(await get(server.access, "/apis/metrics.k8s.io/v1beta1"), undefined);
  });

  const refusals: readonly (readonly [string, { status?: number; body?: unknown }, RegExp])[] = [
    [
      "refuses",
      { status: 403, body: { message: "pods is forbidden" } },
      /^https:\S+: the API server answers HTTP 403 to \/api\/v1\/pods: pods is forbidden; its credential does not allow it/,
    ],
    [
      "knows nobody of that name",
      { status: 401, body: { message: "Unauthorized" } },
      /HTTP 401 to \/api\/v1\/pods: Unauthorized; its credential has ended or is of another cluster/,
    ],
    ["fails", { status: 500, body: "<html>" }, /answers HTTP 500 to \/api\/v1\/pods$/],
  ];
  for (const [title, reply, expected] of refusals)
    test(`that ${title} is an error, not an empty list`, async () => {
      server.answer = () => reply;
      await assert.rejects(list(server.access, "/api/v1/pods"), (error: Error) =>
        expected.test(error.message),
      );
    });

  test("that breaks off in the middle of its answer is an error", async () => {
    server.answer = () => "break off";
    await assert.rejects(
      list(server.access, "/api/v1/pods"),
      /the API server can't be asked: aborted/,
    );
  });

  test("that answers no JSON is an error", async () => {
    server.answer = () => ({ body: "<html>" });
    await assert.rejects(
      list(server.access, "/api/v1/pods"),
      /the API server answers with what is no JSON/,
    );
  });

  test("is trusted by its certificate only", async () => {
    const other = await Authority.create();
    await assert.rejects(
      list({ ...server.access, caCertificate: other.pem }, "/api/v1/pods"),
      /the API server can't be asked/,
    );
  });

  test("that is gone is an error with its address", async () => {
    const gone = await FakeApiServer.start();
    gone.stop();
    await assert.rejects(get(gone.access, "/version"), (error: Error) =>
      error.message.startsWith(`${gone.access.endpoint}: the API server can't be asked: `),
    );
  });
});

describe("the facts of a cluster", () => {
  let server: FakeApiServer;
  before(async () => {
    server = await FakeApiServer.start();
  });
  after(() => {
    server.stop();
  });

  const container = (cpu: string, more: object = {}) => ({
    resources: { requests: { cpu, memory: "64Mi" } },
    ...more,
  });
  const answers: Readonly<Record<string, unknown>> = {
    "/api/v1/nodes": [
      {
        metadata: { name: "w1", labels: { zone: "a" } },
        spec: { taints: [{ key: "gpu", effect: "NoSchedule" }] },
        status: {
          allocatable: { cpu: "1900m", memory: "16275512Ki" },
          conditions: [{ type: "Ready", status: "True" }],
          nodeInfo: { operatingSystem: "linux", architecture: "amd64" },
        },
      },
      {
        metadata: { name: "w2" },
        spec: { unschedulable: true },
        status: { conditions: [{ type: "Ready", status: "True" }] },
      },
      { metadata: { name: "w3" }, status: { conditions: [{ type: "Ready", status: "Unknown" }] } },
    ],
    "/api/v1/pods": [
      {
        metadata: { name: "a", namespace: "shop" },
        spec: {
          nodeName: "w1",
          containers: [
            container("500m", { ports: [{ hostPort: 80 }, { containerPort: 1 }] }),
            container("250m"),
          ],
          initContainers: [container("1"), container("100m", { restartPolicy: "Always" })],
        },
      },
    ],
    "/api/v1/namespaces": [{ metadata: { name: "shop", annotations: { "slipway.stack": "a/b" } } }],
    "/apis/storage.k8s.io/v1/storageclasses": [
      { metadata: { name: "fast" } },
      {
        metadata: {
          name: "std",
          annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
        },
      },
    ],
    "/apis/networking.k8s.io/v1/ingressclasses": [{ metadata: { name: "traefik" } }],
    "/api/v1/services": [
      {
        metadata: { name: "web", namespace: "shop" },
        spec: { ports: [{ nodePort: 30080 }, { port: 1 }] },
      },
    ],
    "/apis/networking.k8s.io/v1/ingresses": [
      {
        metadata: { name: "web", namespace: "shop" },
        spec: {
          rules: [{ host: "a.test", http: { paths: [{ path: "/b" }, {}] } }, { host: "b.test" }],
        },
      },
    ],
    "/api/v1/namespaces/shop/configmaps": [{ metadata: { name: "c" } }],
    "/api/v1/namespaces/shop/secrets": [{ metadata: { name: "s" } }],
    "/api/v1/namespaces/shop/persistentvolumeclaims": [
      {
        metadata: { name: "data" },
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: "std",
          resources: { requests: { storage: "2Gi" } },
        },
      },
    ],
  };

  test("are told by its API server", async () => {
    server.answer = ({ path }) => {
      const items = answers[path.split("?")[0] ?? ""];
      return items === undefined ? { status: 404 } : { body: { items } };
    };
    const facts = await gatherFacts(server.access, "shop");
    assert.deepEqual(
      facts.nodes.map(({ id, isReady }) => [id, isReady]),
      [
        ["w1", true],
        ["w2", false],
        ["w3", false],
      ],
    );
    assert.deepEqual(facts.nodes[0], {
      id: "w1",
      isReady: true,
      labels: { zone: "a" },
      taints: [{ key: "gpu", effect: "NoSchedule" }],
      os: "linux",
      architecture: "amd64",
      cpus: 1.9,
      memoryBytes: 16275512 * 1024,
    });
    assert.deepEqual(facts.pods, [
      {
        namespace: "shop",
        node: "w1",
        reserved: { cpus: 1, memoryBytes: 192 * 2 ** 20 },
        hostPorts: ["80/TCP"],
      },
    ]);
    assert.deepEqual(facts.storageClasses, [
      { name: "fast", isDefault: false },
      { name: "std", isDefault: true },
    ]);
    assert.deepEqual(facts.services, [
      { namespace: "shop", name: "web", nodePorts: ["30080/TCP"] },
    ]);
    assert.deepEqual(
      facts.routes.map(({ host, path }) => host + path),
      ["a.test/b", "a.test/"],
    );
    assert.deepEqual(facts.own, {
      configMaps: ["c"],
      secrets: ["s"],
      claims: [
        { name: "data", size: 2 * 2 ** 30, storageClass: "std", accessModes: ["ReadWriteOnce"] },
      ],
    });
    assert.equal(facts.hasMetrics, false);
    const secrets = server.questions.find(({ path }) => path.includes("/secrets"));
    assert.match(secrets?.headers.accept ?? "", /PartialObjectMetadata/);
  });

  test("are not guessed where it does not tell", async () => {
    server.answer = ({ path }) =>
      path.startsWith("/api/v1/pods")
        ? { status: 500, body: { message: "etcd" } }
        : { body: { items: [] } };
    await assert.rejects(gatherFacts(server.access, "shop"), /HTTP 500 to \/api\/v1\/pods: etcd/);
  });
});

describe("a kubeconfig", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const config = {
    "current-context": "one",
    contexts: [{ name: "one", context: { cluster: "c", user: "u" } }],
    clusters: [
      {
        name: "c",
        cluster: { server: "https://10.0.0.9:6443", "certificate-authority-data": base64("CA") },
      },
    ],
    users: [
      {
        name: "u",
        user: { "client-certificate-data": base64("CERT"), "client-key-data": base64("KEY") },
      },
    ],
  };

  test("says who is asked, and as whom", () => {
    assert.deepEqual(accessOf(stringify(config)), {
      endpoint: "https://10.0.0.9:6443",
      caCertificate: "CA",
      clientCertificate: "CERT",
      clientKey: "KEY",
    });
  });

  test("that lacks something is an error that tells nothing of the rest", () => {
    const users = [{ name: "u", user: { "client-certificate-data": base64("CERT") } }];
    assert.throws(() => accessOf(stringify({ ...config, users })), {
      message:
        "the kubeconfig of the cluster has no client-key-data in its current context; run `pulumi up` on the cluster's Pulumi stack",
    });
    assert.throws(() => accessOf(""), /has no server, certificate-authority-data/);
  });
});
