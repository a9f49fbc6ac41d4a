import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { recordedCluster, type RecordedCluster } from "../../../../cli/kubernetes/cluster";
import { misfits } from "../../../../cli/kubernetes/restore/fit";
import { renderPlan } from "../../../../cli/kubernetes/restore/plan";
import { readSnapshotFile } from "../../../../cli/kubernetes/restore/snapshotFile";
import { credentialTargets, machineTargets } from "../../../../cli/kubernetes/restore/targets";
import { choose, type Kept } from "../../../../cli/kubernetes/snapshot/kept";
import { parseState, type StackState } from "../../../../cli/pulumi/state";
import { clusterInputs } from "../../kubernetes/support/inputs";

const origin = {
  cluster: "ours",
  version: "1.34.1",
  node: "prod-control-0-g1",
  taken: "2026-03-01T06:00:00Z",
};
const restoring = { ...origin, sha256: "abc" };
const snapshot = { restoring, caCertificate: "PEM\n", hasEncryptionKey: true };
const recorded: RecordedCluster = {
  clusterId: "ours",
  endpoint: "https://10.0.0.9:6443",
  caCertificate: "PEM",
  inputs: { ...clusterInputs, encryptSecrets: true },
};
const wish = { version: "1.34.1" };

describe("a snapshot that is to be brought back", () => {
  test("fits the cluster that it is of", () => {
    assert.deepEqual(misfits(snapshot, recorded, wish), []);
    const older = { ...snapshot, restoring: { ...restoring, version: "1.33.4" } };
    assert.deepEqual(misfits(older, recorded, wish), []);
  });

  const refused: readonly [string, typeof snapshot, { version: string }, RegExp][] = [
    [
      "of another cluster",
      { ...snapshot, restoring: { ...restoring, cluster: "theirs" } },
      wish,
      /^it is of another cluster: of theirs, taken on prod-control-0-g1, and not of ours$/,
    ],
    ["with another authority", { ...snapshot, caCertificate: "other" }, wish, /its authority/],
    [
      "of a newer Kubernetes",
      { ...snapshot, restoring: { ...restoring, version: "1.35.0" } },
      wish,
      /written by Kubernetes 1\.35\.0[^]*no downgrade/,
    ],
    [
      "of one that is too old",
      { ...snapshot, restoring: { ...restoring, version: "1.32.9" } },
      wish,
      /can't go from 1\.32\.9 to 1\.34\.1 at once/,
    ],
    ["while cluster.yml wants an upgrade", snapshot, { version: "1.35.0" }, /upgrade then$/],
    [
      "without the key of secrets",
      { ...snapshot, hasEncryptionKey: false },
      wish,
      /nobody could read them/,
    ],
  ];
  for (const [title, given, wanted, expected] of refused)
    test(`${title} is refused`, () => {
      assert.match(misfits(given, recorded, wanted).join("\n"), expected);
    });
});

describe("the file of a snapshot", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "slipway-snapshot-"));
    mkdirSync(path.join(folder, "pki"));
    writeFileSync(path.join(folder, "snapshot.json"), JSON.stringify(origin));
    writeFileSync(path.join(folder, "etcd.db"), "data");
    writeFileSync(path.join(folder, "pki", "ca.key"), "key");
    writeFileSync(path.join(folder, "pki", "ca.crt"), "PEM\n");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  const pack = (name: string, ...parts: readonly string[]) => {
    const file = path.join(folder, name);
    assert.equal(spawnSync("tar", ["-C", folder, "-cf", file, ...parts]).status, 0);
    return file;
  };

  test("says whose it is", async () => {
    const file = await readSnapshotFile(pack("good.tar", "snapshot.json", "pki", "etcd.db"));
    assert.equal(file.restoring.cluster, "ours");
    assert.match(file.restoring.sha256, /^[0-9a-f]{64}$/);
    assert.equal(file.caCertificate, "PEM\n");
    assert.equal(file.hasEncryptionKey, false);
  });

  test("is refused where it is none, or not there", async () => {
    const partial = pack("partial.tar", "etcd.db");
    await assert.rejects(readSnapshotFile(partial), /it lacks snapshot\.json, pki\/ca\.key/);
    const text = path.join(folder, "etcd.db");
    await assert.rejects(readSnapshotFile(text), /is no snapshot of Slipway/);
    await assert.rejects(readSnapshotFile(path.join(folder, "none")), /can't be read/);
  });
});

describe("the state of a cluster's Pulumi stack", () => {
  const resource = (type: string, name: string, more: object = {}) => ({
    urn: `urn:pulumi:prod::slipway::slipway:a:B$${type}::${name}`,
    type,
    ...more,
  });
  const stateOf = (...resources: readonly object[]): StackState =>
    parseState({ version: 3, deployment: { resources } });
  const outputs = { clusterId: "ours", endpoint: "https://10.0.0.9:6443", caCertificate: "PEM" };
  const cluster = resource("slipway:index:KubernetesCluster", "prod", {
    id: "ours",
    inputs: clusterInputs,
    outputs,
  });

  test("tells the cluster", () => {
    assert.deepEqual(recordedCluster(stateOf(cluster), "prod"), {
      ...outputs,
      inputs: clusterInputs,
    });
  });

  test("tells that it is another one's, or has none", () => {
    const swarm = resource("slipway:index:SwarmCluster", "prod");
    assert.throws(() => recordedCluster(stateOf(swarm), "prod"), /prod is a Docker Swarm/);
    assert.throws(() => recordedCluster(stateOf(), "prod"), /no Kubernetes cluster: `pulumi up`/);
    assert.throws(
      () => recordedCluster(stateOf({ ...cluster, outputs: {} }), "prod"),
      /its creation did not end/,
    );
  });

  test("names machines that it has not any more, as patterns for --target", () => {
    const targets = machineTargets(stateOf(cluster), "prod", ["control-0"], { withNodes: true });
    assert.deepEqual(targets, [
      "urn:pulumi:prod::slipway::**$slipway:index:NodePoolGenerations::prod-control",
      "urn:pulumi:prod::slipway::**$vsphere:index/virtualMachine:VirtualMachine::prod-control-0",
      "urn:pulumi:prod::slipway::**$slipway:index:Host::prod-control-0",
      "urn:pulumi:prod::slipway::**$slipway:index:KubernetesHost::prod-control-0",
      "urn:pulumi:prod::slipway::**$slipway:index:KubernetesNode::prod-control-0",
    ]);
    const without = machineTargets(stateOf(cluster), "prod", ["control-0"], { withNodes: false });
    assert.deepEqual(without, targets.slice(0, -1));
  });

  test("names the credentials, and the provider that uses them", () => {
    const admin = resource("slipway:index:KubernetesCredential", "prod-admin");
    const provider = resource("pulumi:providers:kubernetes", "prod");
    const { target, targetReplace } = credentialTargets(stateOf(cluster, admin, provider));
    assert.deepEqual(targetReplace, [admin.urn]);
    assert.deepEqual(target, [admin.urn, provider.urn]);
  });
});

test("a plan says what is found, what is lost and what comes", () => {
  const file = { ...snapshot, path: "prod.tar", bytes: 1 };
  const now = new Date("2026-03-01T09:00:00Z");
  const machines = ["control-0", "control-1"];
  assert.deepEqual(renderPlan({ file, loss: { kind: "noMachine" }, probes: [], machines, now }), [
    "prod.tar: taken 2026-03-01T06:00:00Z (3 hours ago) on prod-control-0-g1, Kubernetes 1.34.1",
    "What changed in the cluster since then is lost. Data in volumes is as it is now.",
    "Control planes:",
    "  control-0: gone; a new machine is made",
    "  control-1: gone; a new machine is made",
    "The snapshot goes on the first one; then the others join, and workers find the cluster again.",
  ]);
});

describe("a snapshot that is asked for by name", () => {
  const one = (machine: string, name: string) => ({
    name,
    bytes: 1,
    taken: "2026-03-01T06:00:00Z",
    endpoint: { machine, role: "controlPlane", address: "10.0.0.1" } as const,
  });
  const kept: Kept = {
    snapshots: [one("c0", "a.tar"), one("c1", "a.tar"), one("c1", "b.tar")],
    unasked: [{ machine: "c2", reason: "no answer" }],
  };

  test("is found, with its machine where two have the same", () => {
    assert.equal(choose(kept, "b.tar").endpoint.machine, "c1");
    assert.equal(choose(kept, "c0/a.tar").endpoint.machine, "c0");
  });

  test("is an error where there is none, or more than one", () => {
    assert.throws(() => choose(kept, "a.tar"), /2 snapshots: give c0\/a\.tar or c1\/a\.tar/);
    assert.throws(() => choose(kept, "c.tar"), /no control plane keeps[^]*c2 could not be asked/);
  });
});
