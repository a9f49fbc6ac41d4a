import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Node } from "../../../provider/kubernetes/api/objects";
import type { Probe } from "../../../provider/kubernetes/controlPlanes";
import { parseKept, snapshotPath } from "../../../provider/kubernetes/etcd/kept";
import { parseLocalState, type LocalState } from "../../../provider/kubernetes/localState";
import { Arrivals, NotNow } from "../../../provider/kubernetes/node/arrivals";
import { withServer } from "../../../provider/kubernetes/restore/endpoint";
import { judgeLoss, type Loss } from "../../../provider/kubernetes/restore/loss";
import { judgeNode } from "../../../provider/kubernetes/restore/nodes";
import { parseOrigin } from "../../../provider/kubernetes/restore/restoring";

const origin = {
  cluster: "ours",
  version: "1.34.1",
  node: "lab-control-0-g1",
  taken: "2026-03-01T06:00:00Z",
};
const snapshot = { ...origin, sha256: "abc" };
const wanted = { clusterId: "ours", sha256: "abc" };

const local = (...lines: readonly string[]): LocalState =>
  parseLocalState(["node=lab-c0", ...lines, "complete=yes"].join("\n"));
const restoring = (changes: object = {}) =>
  `restoring=${JSON.stringify({ ...snapshot, ...changes })}`;
const clean = local();
const answers = ["apiServer=yes", "adminConfig=yes", "etcdData=yes", "kubelet=yes"];
const probe = (machine: string, state?: LocalState): Probe => ({
  endpoint: { machine, address: "10.0.0.1" },
  ...(state === undefined ? { failure: "no answer from SSH" } : { local: state }),
});

describe("a cluster that is said to be lost", () => {
  const brief = (loss: Loss) =>
    loss.kind === "noMachine"
      ? loss.kind
      : `${loss.kind} ${loss.probe.endpoint.machine}${loss.kind === "put" && loss.reset ? " after a reset" : ""}`;
  const cases: readonly [string, readonly Probe[], string][] = [
    ["has no machine", [], "noMachine"],
    ["has new machines: the first one", [probe("c0", clean), probe("c1", clean)], "put c0"],
    [
      "has one that left a cluster half way",
      [probe("c0", local("unfinished=reset", "kubelet=yes"))],
      "put c0 after a reset",
    ],
    [
      "was begun on, and the snapshot is not complete there",
      [probe("c0", clean), probe("c1", local("unfinished=restore", restoring()))],
      "put c1 after a reset",
    ],
    [
      "has the snapshot, and did not start",
      [probe("c0", local("unfinished=init", "etcdData=yes", restoring())), probe("c1", clean)],
      "start c0",
    ],
    [
      "is to have another snapshot than the one that did not start",
      [probe("c0", local("unfinished=init", "etcdData=yes", restoring({ sha256: "def" })))],
      "put c0 after a reset",
    ],
    [
      "answers again, while others are on their way",
      [
        probe("c0", local(...answers, "cluster=ours", restoring())),
        probe("c1", local(...answers, "cluster=ours")),
        probe("c2"),
      ],
      "answers c0",
    ],
  ];
  for (const [title, probes, expected] of cases)
    test(title, () => {
      assert.equal(brief(judgeLoss(probes, wanted)), expected);
    });

  const refused: readonly [string, readonly Probe[], RegExp][] = [
    [
      "and answers",
      [probe("c0", clean), probe("c1", local(...answers, "cluster=ours"))],
      /c1 answers for the cluster: it is not lost/,
    ],
    [
      "and can't be asked",
      [probe("c0", clean), probe("c1")],
      /c1 [^]*may have the cluster's newest/,
    ],
    [
      "and has data, but no majority",
      [probe("c0", local(...answers, "error=etcdserver: no leader"))],
      /API server gives no answer[^]*newer than the snapshot/,
    ],
    [
      "and whose machine is in another cluster",
      [probe("c0", local(...answers, "cluster=theirs"))],
      /control plane of cluster theirs/,
    ],
    [
      "and half joined, with data",
      [probe("c0", local("unfinished=join", "etcdData=yes"))],
      /kubeadm join did not end/,
    ],
    [
      "and is coming back from another snapshot",
      [probe("c0", local(...answers, "cluster=ours", restoring({ sha256: "def" })))],
      /from another snapshot, of 2026-03-01T06:00:00Z: end that/,
    ],
    [
      "and came back, but does not answer",
      [probe("c0", local(...answers, "error=refused", restoring()))],
      /its API server gives no answer now \(refused\)/,
    ],
    [
      "and is beside one that can't be asked, half way",
      [probe("c0", local("unfinished=init", "etcdData=yes", restoring())), probe("c1")],
      /c1 [^]*can't be asked/,
    ],
  ];
  for (const [title, probes, expected] of refused)
    test(`${title}: refused`, () => {
      assert.throws(() => judgeLoss(probes, wanted), expected);
    });

  test("says so, where a plain update meets a restore that did not end", () => {
    const { restoring: found, unfinished } = local("unfinished=restore", restoring());
    assert.deepEqual(found, snapshot);
    assert.equal(unfinished, "restore");
  });
});

describe("a node that the snapshot has", () => {
  const node = (name: string, labels: Readonly<Record<string, string>>): Node => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels },
    spec: {},
    status: { conditions: [{ type: "Ready", status: "True" }] },
  });
  const control = { "node-role.kubernetes.io/control-plane": "", "slipway.machine": "control-1" };
  const view = { own: "c0", members: new Set(["c0", "c2"]) };
  const cases: readonly [string, Node, string][] = [
    ["the restored control plane", node("c0", control), "stays"],
    ["a lost control plane, whatever its health", node("c1", control), "goes"],
    ["a control plane that has joined since", node("c2", control), "stays"],
    ["a worker, by its machine", node("w0", { "slipway.machine": "workers-0" }), "ask"],
    ["one that is not Slipway's", node("foreign", {}), "stays"],
  ];
  for (const [title, given, expected] of cases)
    test(`${title}: ${expected}`, () => {
      assert.equal(judgeNode(given, view), expected);
    });
});

describe("snapshots", () => {
  test("say of which cluster they are", () => {
    assert.deepEqual(parseOrigin(JSON.stringify({ ...origin, etcd: { revision: 1 } })), origin);
    assert.throws(() => parseOrigin('{"cluster":"","version":"1"}'), /has no cluster/);
    assert.throws(() => parseOrigin("[]"), /has no cluster/);
    assert.throws(() => parseOrigin("1"), /no JSON object/);
  });
  test("are listed with their time and size", () => {
    assert.deepEqual(parseKept("1024 snapshot-20260301T060000Z.tar\n12 .work.abc.tar\n"), [
      { name: "snapshot-20260301T060000Z.tar", bytes: 1024, taken: "2026-03-01T06:00:00Z" },
    ]);
  });
  test("are read by their name alone", () => {
    assert.throws(() => snapshotPath("../../../etc/shadow"), /no name of a snapshot/);
  });
});

test("a kubeconfig is told another server, wherever it stands in it", () => {
  const before = "clusters:\n- cluster:\n    server: https://10.0.0.1:6443\n  name: a\n";
  assert.equal(
    withServer(before, "10.0.0.2:6443"),
    "clusters:\n- cluster:\n    server: https://10.0.0.2:6443\n  name: a\n",
  );
});

describe("control planes that come in one run", () => {
  const { signal } = new AbortController();

  test("get another try after one that was in the way", async () => {
    const arrivals = new Arrivals();
    let isCured = false;
    const order: string[] = [];
    const enter = (machine: string, cures: boolean) => () => {
      order.push(machine);
      if (cures) isCured = true;
      return isCured ? Promise.resolve(machine) : Promise.reject(new NotNow("c1 is not healthy"));
    };
    const entered = await Promise.all([
      arrivals.admit("c2", signal, enter("c2", false)),
      arrivals.admit("c1", signal, enter("c1", true)),
    ]);
    assert.deepEqual(entered, ["c2", "c1"]);
    assert.deepEqual(order, ["c2", "c1", "c2"]);
  });

  test("fail together where none cures what is in the way", async () => {
    const arrivals = new Arrivals();
    const refuse = () => Promise.reject(new NotNow("c0 is not healthy"));
    const results = await Promise.allSettled([
      arrivals.admit("c1", signal, refuse),
      arrivals.admit("c2", signal, refuse),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["rejected", "rejected"],
    );
  });

  test("fail at once for any other reason", async () => {
    const broken = () => Promise.reject(new Error("no kubeadm"));
    await assert.rejects(new Arrivals().admit("c1", signal, broken), /no kubeadm/);
  });
});
