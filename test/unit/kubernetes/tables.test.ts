import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isPassing, kubectlError } from "../../../provider/kubernetes/api/errors";
import type { Node, PersistentVolume, Pod } from "../../../provider/kubernetes/api/objects";
import { parseHealth, parseMembers } from "../../../provider/kubernetes/etcd/members";
import {
  additionObjection,
  pauseObjection,
  removalObjection,
} from "../../../provider/kubernetes/etcd/quorum";
import { planHost } from "../../../provider/kubernetes/host/plan";
import { parseHost, type HostState } from "../../../provider/kubernetes/host/probe";
import { leaseObject, recordOf } from "../../../provider/kubernetes/lease";
import { parseLocalState } from "../../../provider/kubernetes/localState";
import { hostPathsHeld, volumesHeld } from "../../../provider/kubernetes/node/data";
import { judgeLastControlPlane } from "../../../provider/kubernetes/node/lastControlPlane";
import { judgeMembership } from "../../../provider/kubernetes/node/membership";
import { hasJoined, nodePatch } from "../../../provider/kubernetes/nodes";
import { placeOfBirth } from "../../../provider/kubernetes/placeOfBirth";
import { judgeLease } from "../../../provider/lease/record";
import { containerd, nodeInputs, vmFacts } from "./support/inputs";

const node = (name: string, changes: Partial<Node> = {}): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, resourceVersion: "7", labels: { "kubernetes.io/hostname": name } },
  spec: {},
  status: { conditions: [{ type: "Ready", status: "True" }] },
  ...changes,
});
const withReady = (status: string, reason = "", message = "") =>
  node("n", { status: { conditions: [{ type: "Ready", status, reason, message }] } });

describe("a node has joined", () => {
  const network =
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:cni plugin not initialized";
  const cases: readonly [string, Node, boolean][] = [
    ["when it is ready", withReady("True"), true],
    [
      "when it waits for the pod network alone",
      withReady("False", "KubeletNotReady", network),
      true,
    ],
    [
      "not when its runtime is down",
      withReady("False", "KubeletNotReady", "container runtime is down"),
      false,
    ],
    [
      "not when other trouble stands beside the network",
      withReady("False", "KubeletNotReady", `${network}, PLEG is not healthy`),
      false,
    ],
    ["not when nobody hears from it", withReady("Unknown", "NodeStatusUnknown", network), false],
    ["not before it has reported", node("n", { status: {} }), false],
  ];
  for (const [title, given, expected] of cases)
    test(title, () => {
      assert.equal(hasJoined(given), expected);
    });
});

describe("labels and taints of a node", () => {
  test("stay as they are when they are right", () => {
    const wanted = { ...nodeInputs, labels: { zone: "a" } };
    const patch = nodePatch(node("n"), wanted) as {
      metadata: { labels: Record<string, string>; annotations: Record<string, string> };
    };
    const { labels, annotations } = patch.metadata;
    assert.deepEqual(labels, {
      zone: "a",
      "slipway.machine": "workers-0",
      "slipway.pool": "workers",
    });
    const right = node("n", { metadata: { name: "n", labels, annotations } });
    assert.equal(nodePatch(right, wanted), undefined);
  });

  test("that nobody wants any more go, those of others stay", () => {
    const before = node("n", {
      metadata: {
        name: "n",
        labels: {
          zone: "a",
          theirs: "1",
          "slipway.machine": "workers-0",
          "slipway.pool": "workers",
        },
        annotations: { "slipway/managed": '{"labels":["zone"],"taints":["gpu:NoSchedule"]}' },
      },
      spec: {
        taints: [
          { key: "gpu", value: "yes", effect: "NoSchedule" },
          { key: "node.kubernetes.io/disk-pressure", effect: "NoSchedule" },
        ],
      },
    });
    assert.deepEqual(nodePatch(before, nodeInputs), {
      metadata: {
        resourceVersion: undefined,
        labels: { zone: null },
        annotations: { "slipway/managed": '{"labels":[],"taints":[]}' },
      },
      spec: { taints: [{ key: "node.kubernetes.io/disk-pressure", effect: "NoSchedule" }] },
    });
  });
});

describe("data that only one node has", () => {
  const volume = (
    name: string,
    spec: Partial<PersistentVolume["spec"]>,
    phase = "Bound",
  ): PersistentVolume => ({
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: { claimRef: { namespace: "shop", name: "data" }, ...spec },
    status: { phase },
  });
  const on = (key: string, ...values: string[]) => ({
    nodeAffinity: {
      required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: "In", values }] }] },
    },
  });
  const a = node("a", {
    metadata: { name: "a", labels: { "kubernetes.io/hostname": "a", zone: "1" } },
  });
  const b = node("b", {
    metadata: { name: "b", labels: { "kubernetes.io/hostname": "b", zone: "1" } },
  });
  const user: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "db-0", namespace: "shop" },
    spec: {
      containers: [],
      volumes: [{ name: "d", persistentVolumeClaim: { claimName: "data" } }],
    },
  };
  const cases: readonly [string, PersistentVolume, boolean][] = [
    [
      "a local volume",
      volume("v", { local: { path: "/d" }, ...on("kubernetes.io/hostname", "a") }),
      true,
    ],
    [
      "one that is released keeps its data",
      volume("v", on("kubernetes.io/hostname", "a"), "Released"),
      true,
    ],
    [
      "one that nobody uses yet",
      volume("v", on("kubernetes.io/hostname", "a"), "Available"),
      false,
    ],
    ["of another node", volume("v", on("kubernetes.io/hostname", "b")), false],
    ["that the zone's other node reaches", volume("v", on("zone", "1")), false],
    ["on the network", volume("v", {}), false],
    [
      "a folder of the host, without affinity, used here",
      volume("v", { hostPath: { path: "/d" } }),
      true,
    ],
  ];
  for (const [title, given, held] of cases)
    test(title, () => {
      assert.equal(volumesHeld(a, [a, b], [given], [user]).length, held ? 1 : 0);
    });
  test("declared ephemeral", () => {
    const given = volume("v", on("kubernetes.io/hostname", "a"));
    const labelled = { ...given, metadata: { name: "v", labels: { "slipway.ephemeral": "true" } } };
    assert.deepEqual(volumesHeld(a, [a, b], [labelled], []), []);
  });

  const pod = (changes: {
    owner?: string;
    readOnly?: boolean;
    type?: string;
    phase?: string;
  }): Pod => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "p",
      namespace: "shop",
      ...(changes.owner !== undefined && { ownerReferences: [{ kind: changes.owner, name: "o" }] }),
    },
    spec: {
      volumes: [{ name: "d", hostPath: { path: "/data", type: changes.type } }],
      containers: [{ name: "c", volumeMounts: [{ name: "d", readOnly: changes.readOnly }] }],
    },
    status: { phase: changes.phase ?? "Running" },
  });
  const paths: readonly [string, Pod, boolean][] = [
    ["a pod that writes into a folder of the host", pod({ owner: "ReplicaSet" }), true],
    ["one that only reads it", pod({ readOnly: true }), false],
    ["a DaemonSet's", pod({ owner: "DaemonSet" }), false],
    ["a static pod", pod({ owner: "Node" }), false],
    ["a socket", pod({ type: "Socket" }), false],
    ["one that has ended", pod({ phase: "Succeeded" }), false],
  ];
  for (const [title, given, held] of paths)
    test(title, () => {
      assert.equal(hostPathsHeld([given]).length, held ? 1 : 0);
    });
});

describe("etcd's quorum", () => {
  const members = (...healthy: readonly boolean[]) =>
    healthy.map((isHealthy, index) => ({ name: `c${index}`, isHealthy, isLearner: false }));
  test("stands the removal of one of three, not of a healthy one beside a sick one", () => {
    assert.equal(removalObjection(members(true, true, true), "c0"), undefined);
    assert.equal(removalObjection(members(true, true, false), "c2"), undefined);
    assert.match(removalObjection(members(true, true, false), "c0") ?? "", /would lose its quorum/);
    assert.match(removalObjection(members(true, false, false), "c1") ?? "", /has no quorum/);
  });
  test("stands the removal of the last one, and of one that is no member", () => {
    assert.equal(removalObjection(members(true), "c0"), undefined);
    assert.equal(removalObjection(members(true, false), "worker"), undefined);
  });
  test("stands a pause of one of three, not of one of two", () => {
    assert.equal(pauseObjection(members(true, true, true), "c0"), undefined);
    assert.equal(pauseObjection(members(true), "c0"), undefined);
    assert.match(
      pauseObjection(members(true, true), "c0") ?? "",
      /would have 1 of 2 members and needs 2/,
    );
    assert.match(pauseObjection(members(true, true, false), "c0") ?? "", /bring c2 back first/);
  });
  test("lets nobody in beside a sick member", () => {
    assert.equal(additionObjection(members(true, true)), undefined);
    assert.match(additionObjection(members(true, false)) ?? "", /c1 is not healthy/);
  });
  test("is read with identities that are larger than JavaScript's numbers", () => {
    const output =
      '{"header":{"cluster_id":1},"members":[{"ID":10501334649042878790,"name":"c0","clientURLs":["https://10.0.0.10:2379"]}]}';
    assert.equal(parseMembers(output)[0]?.id, "91bc3c398fb3c146");
  });
  test("is read from an answer with other lines around it", () => {
    const output =
      'warning\n[{"endpoint":"https://a:2379","health":true},{"endpoint":"https://b:2379","health":false}]\n';
    assert.deepEqual([...parseHealth(output)], ["https://a:2379"]);
  });
});

describe("the lease", () => {
  const now = new Date("2026-03-01T12:00:00Z");
  test("is read as it was written, and expires by its own time", () => {
    const record = recordOf(leaseObject("joining control-1", now));
    assert.equal(record.purpose, "joining control-1");
    assert.equal(record.expires, "2026-03-01T12:01:00.000Z");
    assert.equal(judgeLease(record, "another", now), "taken");
    assert.equal(judgeLease(record, "another", new Date("2026-03-01T12:01:01Z")), "expired");
    assert.equal(judgeLease(record, record.token ?? "", now), "mine");
  });
  test("that nobody holds binds nobody", () => {
    const lease = leaseObject("x", now);
    const free = recordOf({ ...lease, spec: { ...lease.spec, holderIdentity: "" } });
    assert.equal(judgeLease(free, "another", now), "expired");
  });
});

describe("what kubectl says", () => {
  const failed = (stderr: string) => kubectlError("step", { code: 1, stdout: "", stderr });
  const cases: readonly [string, string, boolean][] = [
    [
      "a refused connection may pass",
      "The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?",
      true,
    ],
    ["a leader that changes may pass", "Error from server: etcdserver: leader changed", true],
    [
      "an overloaded server may pass",
      "Error from server (ServiceUnavailable): the server is currently unable",
      true,
    ],
    [
      "a control plane that has just left may have neighbours",
      "error: stat /etc/kubernetes/admin.conf: no such file or directory",
      true,
    ],
    [
      "a kubelet that is not reached may be in a moment, or its pod be one of a machine that is no more",
      'error: Internal error occurred: error sending request: Post "https://10.0.0.7:10250/exec/kube-system/etcd-a/etcd?command=etcdctl": dial tcp 10.0.0.7:10250: connect: connection refused',
      true,
    ],
    [
      "a conflict does not",
      'Error from server (Conflict): Operation cannot be fulfilled on nodes "n"',
      false,
    ],
    ["what is forbidden stays so", "Error from server (Forbidden): no", false],
    ["a mistake of ours stays one", 'error: unknown flag "--x"', false],
  ];
  for (const [title, stderr, passing] of cases)
    test(title, () => {
      assert.equal(isPassing(failed(stderr)), passing);
    });
});

describe("a host's place", () => {
  const local = (lines: readonly string[]) =>
    parseLocalState(["node=lab-c0", ...lines, "complete=yes"].join("\n"));
  const clean = local(["kubelet=no", "apiServer=no", "adminConfig=no", "etcdData=no"]);
  const endpoint = (machine: string) => ({ machine, address: "10.0.0.1" });

  test("is not known from an answer that broke off", () => {
    assert.throws(() => parseLocalState("node=lab-c0\nkubelet=no"), /completely/);
  });
  test("decides where a cluster is born", () => {
    const born = placeOfBirth([{ endpoint: endpoint("c0"), local: clean }]);
    assert.equal(born.kind === "initialise" && born.how, "fresh");
    const reset = local(["unfinished=reset", "kubelet=yes", "etcdData=yes"]);
    const again = placeOfBirth([{ endpoint: endpoint("c0"), local: reset }]);
    assert.equal(again.kind === "initialise" && again.how, "again");
    const restored = local(["unfinished=init", "etcdData=yes"]);
    const resumed = placeOfBirth([
      { endpoint: endpoint("c0"), local: clean },
      { endpoint: endpoint("c1"), local: restored },
    ]);
    assert.equal(resumed.kind === "initialise" && resumed.how, "resume");
    assert.equal(resumed.kind === "initialise" && resumed.probe.endpoint.machine, "c1");
  });
  test("half joined, with etcd's data, is no place for a birth", () => {
    const half = local(["unfinished=join", "kubelet=yes", "etcdData=yes"]);
    assert.throws(
      () =>
        placeOfBirth([
          { endpoint: endpoint("c0"), local: clean },
          { endpoint: endpoint("c1"), local: half },
        ]),
      /none is initialised/,
    );
  });
  test("decides whether it joins", () => {
    const view = { machine: "c0", caCertificate: "ours\n", isKnown: true, hasRole: true };
    const ca = `ca=${Buffer.from("ours").toString("base64")}`;
    const joined = local(["kubelet=yes", ca]);
    assert.equal(judgeMembership(clean, view).kind, "join");
    assert.equal(judgeMembership(joined, view).kind, "member");
    assert.equal(judgeMembership(joined, { ...view, isKnown: false }).kind, "rejoin");
    assert.equal(
      judgeMembership(local(["unfinished=join", "kubelet=yes", ca]), { ...view, isKnown: false })
        .kind,
      "rejoin",
    );
    assert.throws(() => judgeMembership(joined, { ...view, hasRole: false }), /in another role/);
    assert.throws(
      () => judgeMembership(joined, { ...view, caCertificate: "theirs" }),
      /another cluster/,
    );
  });
});

describe("the last control plane", () => {
  test("waits for others, refuses when their removal failed, and leaves when it is alone", () => {
    const nodes = [node("c0"), node("w0")];
    assert.deepEqual(
      judgeLastControlPlane(nodes, "c0", () => false),
      { kind: "wait", others: ["w0"] },
    );
    assert.equal(judgeLastControlPlane(nodes, "c0", () => true).kind, "refuse");
    const silent = { ...withReady("Unknown"), metadata: { name: "w0" } };
    assert.equal(judgeLastControlPlane([node("c0"), silent], "c0", () => false).kind, "leave");
  });
});

describe("what a host lacks to be a node", () => {
  const good: HostState = {
    kubeadm: "1.34.1",
    kubelet: "1.34.1",
    kubectl: "1.34.1",
    containerd: "1.6.20~ds1",
    runc: true,
    missingPlugins: [],
    hasKubeletUnit: true,
    isMember: false,
    swapKiB: 0,
    facts: vmFacts,
  };
  const inputs = { machine: "c0", version: "1.34.1", source: "preinstalled", containerd } as const;
  const repository = {
    ...inputs,
    source: "repository",
    repository: "https://mirror.test",
  } as const;
  const cases: readonly [string, Partial<HostState>, RegExp][] = [
    ["swap", { swapKiB: 2048 }, /has 2 MiB of swap/],
    [
      "another version",
      { kubelet: "1.34.0" },
      /has kubelet 1\.34\.0, but kubernetes\.version is 1\.34\.1/,
    ],
    ["no kubeadm", { kubeadm: undefined }, /has no kubeadm/],
    ["no container runtime", { containerd: undefined }, /has no containerd/],
    ["no plug-ins", { missingPlugins: ["ptp"] }, /has no CNI plug-ins ptp/],
    ["no unit", { hasKubeletUnit: false }, /no systemd unit kubelet\.service/],
  ];
  for (const [title, changes, says] of cases)
    test(title, () => {
      assert.throws(() => planHost({ ...good, ...changes }, inputs), says);
    });
  test("nothing: nothing is installed", () => {
    assert.deepEqual(planHost(good, inputs), {});
    assert.deepEqual(planHost(good, repository), {});
  });
  test("all problems at once", () => {
    assert.throws(() => planHost({ ...good, swapKiB: 1, runc: false }, inputs), /swap[^]*runc/);
  });
  test("packages are installed where they are missing, and never under a node", () => {
    const bare = { ...good, kubeadm: undefined, kubelet: undefined, containerd: undefined };
    assert.deepEqual(planHost(bare, repository).packages, {
      pinned: ["kubelet", "kubeadm", "kubectl"],
      others: ["containerd"],
    });
    assert.deepEqual(planHost({ ...good, kubelet: "1.34.0", isMember: true }, repository), {});
  });
  test("a kubeadm without a package is not overwritten", () => {
    assert.throws(() => planHost({ ...good, kubeadm: "1.33.0" }, repository), /would collide with/);
  });
  test("versions are read as the programs print them", () => {
    const state = parseHost(
      [
        "kubeadm=v1.34.1",
        "kubelet=Kubernetes v1.34.1",
        "kubectl=v1.34.1",
        "containerd=containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u1",
        "runc=yes",
        "missingPlugins= ptp",
        "kubeletUnit=yes",
        "member=no",
        "swap=0",
        ...["cgroup=1", "systemd=yes", "kernelConfig=no", "conntrack=no"].map(
          (line) => `fact.${line}`,
        ),
        "complete=yes",
      ].join("\n"),
    );
    assert.deepEqual(
      [state.kubeadm, state.kubelet, state.kubectl, state.containerd],
      ["1.34.1", "1.34.1", "1.34.1", "1.6.20~ds1"],
    );
    assert.deepEqual(state.missingPlugins, ["ptp"]);
    assert.equal(state.facts.kernelConfig, false);
  });
});
