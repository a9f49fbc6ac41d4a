/** What the answers of clusters, of their monitoring and of the ledger mean. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { applicationFacts, clusterOf } from "../../../cli/status/gather/applications";
import { asked, reasonOf } from "../../../cli/status/gather/asked";
import { certificatesIn } from "../../../cli/status/gather/certificates";
import { kubernetesFacts, type ApiNode } from "../../../cli/status/gather/kubernetes";
import { alertFacts, valuesOf } from "../../../cli/status/gather/measures";
import { swarmFacts } from "../../../cli/status/gather/swarm";
import { inServiceContainer } from "../../../provider/swarm/serviceContainer";
import { Authority } from "../components/support/authority";

const mebibyte = 2 ** 20;

void describe("a manager's answers", () => {
  const node = (name: string, role: "manager" | "worker", changed: object = {}) => ({
    ID: `id-${name}`,
    Spec: { Role: role, Availability: "active" as const },
    Description: {
      Hostname: name,
      Resources: { NanoCPUs: 2e9, MemoryBytes: 4096 * mebibyte },
      Engine: { EngineVersion: "20.10.24" },
    },
    Status: { State: "ready", Addr: "10.0.0.1" },
    ...(role === "manager" && { ManagerStatus: { Reachability: "reachable" } }),
    ...changed,
  });
  const service = (id: string, name: string, mode: object, counts: object, labels = {}) => ({
    ID: id,
    Spec: { Name: name, Labels: labels, Mode: mode },
    ServiceStatus: counts,
  });
  const task = (serviceId: string, nodeName: string, memory: number) => ({
    ServiceID: serviceId,
    NodeID: `id-${nodeName}`,
    Spec: {
      Resources: { Reservations: { NanoCPUs: 0.25e9, MemoryBytes: memory * mebibyte } },
    },
  });
  const shop = { "com.docker.stack.namespace": "shop" };

  const facts = swarmFacts({
    nodes: [
      node("managers-0", "manager"),
      node("managers-1", "manager", {
        Status: { State: "down", Message: "heartbeat failure" },
        ManagerStatus: { Reachability: "unreachable" },
      }),
      node("workers-0", "worker", { Spec: { Role: "worker", Availability: "drain" } }),
    ],
    services: [
      service(
        "web",
        "shop_web",
        { Replicated: { Replicas: 3 } },
        { RunningTasks: 2, DesiredTasks: 3 },
        shop,
      ),
      service("agent", "agent", { Global: {} }, { RunningTasks: 2, DesiredTasks: 2 }),
      service(
        "once",
        "shop_migrate",
        { ReplicatedJob: {} },
        { RunningTasks: 0, DesiredTasks: 1 },
        shop,
      ),
      service(
        "night",
        "shop_report",
        { Replicated: { Replicas: 0 } },
        { RunningTasks: 0, DesiredTasks: 1 },
        {
          ...shop,
          "swarm.cronjob.enable": "true",
        },
      ),
    ],
    tasks: [
      task("web", "managers-0", 512),
      task("web", "managers-0", 512),
      task("agent", "managers-0", 64),
      { ServiceID: "agent", NodeID: "id-workers-0" },
      { ServiceID: "web" },
    ],
  });

  void test("say which nodes there are, and who decides", () => {
    assert.deepEqual(
      facts.nodes.map(
        ({ name, role, isReady, trouble, availability, decides, takesWork, version }) => [
          name,
          role,
          isReady,
          trouble,
          availability,
          decides,
          takesWork,
          version,
        ],
      ),
      [
        ["managers-0", "manager", true, undefined, "active", true, true, "20.10.24"],
        [
          "managers-1",
          "manager",
          false,
          "down (heartbeat failure)",
          "active",
          false,
          true,
          "20.10.24",
        ],
        ["workers-0", "worker", true, undefined, "drain", undefined, false, "20.10.24"],
      ],
    );
  });

  void test("say what is reserved on a node, and how much of that stays with it", () => {
    const [first] = facts.nodes;
    assert.deepEqual(first?.has, { cpus: 2, memoryBytes: 4096 * mebibyte });
    assert.deepEqual(first.reserved, { cpus: 0.75, memoryBytes: 1088 * mebibyte });
    assert.deepEqual(first.reservedByEach, { cpus: 0.25, memoryBytes: 64 * mebibyte });
  });

  void test("say how many tasks run of each service; jobs are none, those at times want none", () => {
    assert.deepEqual(facts.services, [
      { application: "shop", name: "web", running: 2, wanted: 3 },
      { application: "agent", name: "agent", running: 2, wanted: 2 },
      { application: "shop", name: "report", running: 0, wanted: 0 },
    ]);
  });
});

void describe("an API server's answers", () => {
  const node = (name: string, changed: Partial<ApiNode> = {}, isReady = "True"): ApiNode => ({
    metadata: { name },
    status: {
      allocatable: { cpu: "3800m", memory: "8Gi" },
      conditions: [
        { type: "Ready", status: isReady, message: "Kubelet stopped posting node status." },
      ],
      nodeInfo: { kubeletVersion: "v1.34.1" },
    },
    ...changed,
  });
  const controlPlane = (name: string): Partial<ApiNode> => ({
    metadata: { name, labels: { "node-role.kubernetes.io/control-plane": "" } },
    spec: { taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] },
  });
  const etcd = (nodeName: string, ready: string) => ({
    metadata: {
      name: `etcd-${nodeName}`,
      namespace: "kube-system",
      labels: { component: "etcd" },
      ownerReferences: [{ kind: "Node" }],
    },
    spec: { nodeName, containers: [{ resources: { requests: { cpu: "100m", memory: "100Mi" } } }] },
    status: { conditions: [{ type: "Ready", status: ready }] },
  });
  const pod = (nodeName: string, owner: string) => ({
    metadata: { name: "pod", namespace: "shop", ownerReferences: [{ kind: owner }] },
    spec: { nodeName, containers: [{ resources: { requests: { cpu: "500m", memory: "1Gi" } } }] },
  });
  const of = (name: string, status: object, replicas?: number) => ({
    metadata: { name, namespace: "shop" },
    ...(replicas !== undefined && { spec: { replicas } }),
    status,
  });
  const facts = kubernetesFacts({
    nodes: [
      node("control-0", controlPlane("control-0")),
      node("control-1", controlPlane("control-1")),
      node("control-2", controlPlane("control-2"), "Unknown"),
      node("workers-0"),
      node("workers-1", { spec: { unschedulable: true } }),
    ],
    pods: [
      etcd("control-0", "True"),
      etcd("control-1", "False"),
      etcd("control-2", "True"),
      pod("workers-0", "ReplicaSet"),
      pod("workers-0", "DaemonSet"),
    ],
    workloads: [
      of("web", { readyReplicas: 1 }, 2),
      of("one", { readyReplicas: 1 }),
      of("none", {}, 1),
    ],
    daemonSets: [of("agent", { numberReady: 4, desiredNumberScheduled: 5 })],
  });

  void test("say which nodes there are, and which control planes have an etcd that is well", () => {
    assert.deepEqual(
      facts.nodes.map(
        ({ name, role, isReady, trouble, availability, decides, takesWork, version }) => [
          name,
          role,
          isReady,
          trouble,
          availability,
          decides,
          takesWork,
          version,
        ],
      ),
      [
        ["control-0", "controlPlane", true, undefined, "active", true, false, "1.34.1"],
        ["control-1", "controlPlane", true, undefined, "active", false, false, "1.34.1"],
        [
          "control-2",
          "controlPlane",
          false,
          "not heard of (Kubelet stopped posting node status.)",
          "active",
          false,
          false,
          "1.34.1",
        ],
        ["workers-0", "worker", true, undefined, "active", undefined, true, "1.34.1"],
        ["workers-1", "worker", true, undefined, "cordoned", undefined, false, "1.34.1"],
      ],
    );
  });

  void test("say what pods have reserved, and how much of that stays with the node", () => {
    const worker = facts.nodes[3];
    assert.deepEqual(worker?.has, { cpus: 3.8, memoryBytes: 8192 * mebibyte });
    assert.deepEqual(worker.reserved, { cpus: 1, memoryBytes: 2048 * mebibyte });
    assert.deepEqual(worker.reservedByEach, { cpus: 0.5, memoryBytes: 1024 * mebibyte });
  });

  void test("say how many pods of each workload are ready", () => {
    assert.deepEqual(facts.services, [
      { application: "shop", name: "web", running: 1, wanted: 2 },
      { application: "shop", name: "one", running: 1, wanted: 1 },
      { application: "shop", name: "none", running: 0, wanted: 1 },
      { application: "shop", name: "agent", running: 4, wanted: 5 },
    ]);
  });
});

void describe("the ledger", () => {
  const release = (number: number, outcome: "succeeded" | "failed") => ({
    number,
    outcome,
    applicationVersion: `2.0.${number}`,
    environmentVersion: "1.1.0",
    environmentHash: "x",
    images: {},
    kind: "deploy" as const,
    by: "jan",
    at: "2026-11-20T10:00:00.000Z",
    planHash: "y",
  });
  const outputs = (...releases: readonly object[]) => ({
    application: "My_Shop",
    environment: "prod",
    cluster: "organization/slipway/prod",
    services: ["My_Shop_web"],
    releases,
  });

  void test("says what runs, and what was tried after it and failed", () => {
    const facts = applicationFacts(
      "shop-prod",
      outputs(release(1, "failed"), release(2, "succeeded"), release(3, "failed")),
      "swarm",
    );
    assert.equal(facts.namespace, "My_Shop");
    assert.equal(facts.hasServices, true);
    assert.deepEqual(
      [facts.release?.number, facts.release?.applicationVersion, facts.release?.environmentVersion],
      [2, "2.0.2", "1.1.0"],
    );
    assert.equal(facts.failedSince?.number, 3);
    const cured = applicationFacts(
      "shop-prod",
      outputs(release(1, "failed"), release(2, "succeeded")),
      "swarm",
    );
    assert.equal(cured.failedSince, undefined);
  });

  void test("names the namespace as the orchestrator has it, and the cluster", () => {
    assert.equal(applicationFacts("shop-prod", outputs(), "kubernetes").namespace, "my-shop");
    assert.equal(clusterOf(outputs()), "organization/slipway/prod");
    assert.equal(clusterOf({ orchestrator: "swarm", cluster: "x" }), undefined);
  });
});

void describe("certificates of the state", () => {
  void test("are those in the outputs, whatever else stands there", async () => {
    const authority = await Authority.create();
    const client = await authority.issue();
    const found = certificatesIn({
      dockerCaCertificate: authority.pem,
      dockerClientCertificate: client.certificate,
      registryCaCertificate: "no certificate",
      kubeconfig: "no: kubeconfig",
      ingress: { certificate: `${client.certificate}\n${authority.pem}` },
    });
    assert.deepEqual(
      found.map(({ name }) => name),
      [
        "the authority of the Docker API",
        "the client certificate for the Docker API",
        "the certificate of the ingress",
      ],
    );
    assert.ok(found.every(({ expires }) => Date.parse(expires) > Date.now()));
  });
});

void describe("a plot", () => {
  const range = { start: 1000, end: 2200, stepSeconds: 300 };
  void test("has a place for every step, and nothing where Prometheus had nothing", () => {
    const points = [
      [1300, 2],
      [1900, 4],
      [2200, NaN],
    ] as const;
    assert.deepEqual(valuesOf({ labels: {}, points }, range), [null, 2, null, 4, null]);
  });
  void test("is empty where there is no value at all", () => {
    assert.deepEqual(valuesOf(undefined, range), []);
    assert.deepEqual(valuesOf({ labels: {}, points: [[1300, NaN]] }, range), []);
  });
});

void describe("an alert of Alertmanager", () => {
  void test("has what the status shows, and a rule of the site may say less", () => {
    const startsAt = "2026-11-22T09:00:00.000Z";
    const bare = { labels: { alertname: "Own" }, annotations: {}, startsAt, isSilenced: false };
    assert.deepEqual(alertFacts(bare), {
      name: "Own",
      severity: "warning",
      since: startsAt,
      summary: "",
      isSilenced: false,
    });
  });
});

void describe("a question", () => {
  void test("that fails or takes too long is answered by the reason, in one line", async () => {
    assert.deepEqual(await asked(1000, () => Promise.resolve(1)), { kind: "known", value: 1 });
    const failure = new Error("no manager can be used:\n  tcp://a: refused\n  tcp://b: refused\n");
    assert.deepEqual(await asked(1000, () => Promise.reject(failure)), {
      kind: "unknown",
      reason: "no manager can be used: tcp://a: refused; tcp://b: refused",
    });
    let signal: AbortSignal | undefined;
    const never = asked(5, (given) => {
      signal = given;
      return new Promise(() => undefined);
    });
    assert.deepEqual(await never, { kind: "unknown", reason: "no answer in 0.005 s" });
    assert.equal(signal?.aborted, true);
    assert.ok(reasonOf("x".repeat(1000)).length < 510);
  });
});

void describe("a command in a Swarm's container", () => {
  void test("keeps every word as it is", () => {
    const script = inServiceContainer("slipway_monitoring_prometheus", [
      "/bin/promtool",
      "up{job='a'} > 0",
    ]);
    assert.match(
      script,
      /--filter 'label=com\.docker\.swarm\.service\.name=slipway_monitoring_prometheus'/,
    );
    assert.ok(
      script.endsWith(`docker exec "$container" '/bin/promtool' 'up{job='\\''a'\\''} > 0'`),
    );
  });
});
