import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { kubernetesCluster } from "../../../provider/kubernetes/cluster/handler";
import { probeControlPlanes } from "../../../provider/kubernetes/controlPlanes";
import { kubernetesNode } from "../../../provider/kubernetes/node/handler";
import { settle, startFrom } from "../../../provider/kubernetes/restore/bringBack";
import { judgeLoss } from "../../../provider/kubernetes/restore/loss";
import { broughtBackScript } from "../../../provider/kubernetes/restore/place";
import { fetchFile, sendFile } from "../../../provider/kubernetes/restore/transfer";
import type { KubernetesClusterInputs } from "../../../provider/sdk";
import { Authority } from "../components/support/authority";
import { FakeCluster, setReady, type FakeMachine } from "./support/cluster";
import { contextOf } from "./support/context";
import { clusterInputs, nodeInputs } from "./support/inputs";
import { done, refused, type Answer, type Call } from "./support/machine";

let authority: Authority;
let lab: FakeCluster;
let folder: string;
let snapshot: string;
let sha256: string;

before(async () => {
  authority = await Authority.create();
  folder = mkdtempSync(path.join(os.tmpdir(), "slipway-restore-"));
  mkdirSync(path.join(folder, "pki", "etcd"), { recursive: true });
  for (const name of ["pki/ca.key", "pki/ca.crt", "pki/etcd/ca.key", "etcd.db", "encryption.yaml"])
    writeFileSync(path.join(folder, name), `${name} of the snapshot`);
  snapshot = path.join(folder, "snapshot.tar");
  const parts = ["pki", "etcd.db", "encryption.yaml"];
  assert.equal(spawnSync("tar", ["-C", folder, "-cf", snapshot, ...parts]).status, 0);
  sha256 = createHash("sha256").update(readFileSync(snapshot)).digest("hex");
});
after(() => {
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  lab = await FakeCluster.start(authority);
});
afterEach(() => {
  lab.stop();
});

const endpoint = { address: "10.0.0.9", port: 6443, kind: "external" } as const;
const highlyAvailable = { ...clusterInputs, apiEndpoint: endpoint, encryptSecrets: true };
const kubeletConfig = "/etc/kubernetes/kubelet.conf";

/** What the etcd image does, and what kubeadm says of it. */
function etcdutl({ name, args }: Call): Answer | undefined {
  if (name === "kubeadm" && args[0] === "config") return done("registry.k8s.io/etcd:3.6.4-0\n");
  const work = /src=([^,]+)/.exec(args.find((arg) => arg.startsWith("type=bind")) ?? "")?.[1];
  if (name !== "ctr" || work === undefined) return undefined;
  mkdirSync(path.join(work, "data", "member"), { recursive: true });
  return done();
}

async function join(machine: FakeMachine): Promise<void> {
  const { machine: name, vmUuid } = machine;
  const role = machine.role === "worker" ? "worker" : "controlPlane";
  const pool = name.replace(/-\d+$/, "");
  await kubernetesNode.create(contextOf(lab).context, {
    ...nodeInputs,
    ...{ machine: name, vmUuid, role, pool },
  });
}

/** A cluster whose control planes are gone, but for new machines; the API has what the snapshot has. */
async function lost(inputs: KubernetesClusterInputs, ...controlPlanes: readonly string[]) {
  const { context } = contextOf(lab);
  const old = controlPlanes.map((name) => lab.add(name, "controlPlane", { generation: 1 }));
  const worker = lab.add("workers-0", "worker", { generation: 1 });
  const { outputs } = await kubernetesCluster.create(context, inputs);
  for (const machine of [...old, worker]) await join(machine);
  worker.host.write(kubeletConfig, `    server: ${outputs.endpoint}\n`);
  for (const node of lab.api.list("node")) setReady(node, "True");
  for (const machine of old) lab.machines.splice(lab.machines.indexOf(machine), 1);
  lab.members.length = 0;
  lab.intercept = etcdutl;
  const fresh = controlPlanes.map((name) => lab.add(name, "controlPlane", { generation: 2 }));
  return { former: { ...outputs, inputs }, worker, fresh };
}

type Lost = Awaited<ReturnType<typeof lost>>;

async function bringBack({ former }: Lost): Promise<void> {
  const { context } = contextOf(lab);
  const { clusterId } = former;
  const loss = judgeLoss(await probeControlPlanes(context), { clusterId, sha256 });
  assert.ok(loss.kind === "put" || loss.kind === "start", loss.kind);
  const file = await open(snapshot, "r");
  try {
    const { size } = await file.stat();
    const origin = { cluster: clusterId, version: "1.34.1", node: "x", taken: "2026-03-01" };
    const source = { file, bytes: size, restoring: { ...origin, sha256 } };
    await startFrom(context, loss, source, former);
  } finally {
    await file.close();
  }
}

const calls = (pattern: RegExp) => lab.log.filter((line) => pattern.test(line));

describe("a cluster without its control planes", () => {
  test("is not forgotten, and not made anew: both say what brings it back", async () => {
    const { former, worker } = await lost(highlyAvailable, "control-0");
    const { context, warnings } = contextOf(lab);
    const olds = { ...highlyAvailable, ...former };
    const found = await kubernetesCluster.read(context, former.clusterId, olds);
    assert.equal(found?.outputs.clusterId, former.clusterId);
    assert.match(warnings.join(), /it is in no cluster[^]*`slipway restore lab --snapshot <file>`/);
    const joining = kubernetesNode.create(context, {
      ...nodeInputs,
      ...{ machine: "control-0", role: "controlPlane", clusterId: former.clusterId },
    });
    await assert.rejects(joining, /Its own are gone: `slipway restore lab/);
    const before = calls(/kubeadm init/).length;
    await assert.rejects(
      kubernetesCluster.create(context, highlyAvailable),
      /workers-0 is a node of a cluster that has no control plane/,
    );
    assert.equal(calls(/kubeadm init/).length, before);
    worker.host.remove(kubeletConfig);
    await kubernetesCluster.create(context, highlyAvailable);
  });

  test("comes back on a new machine, without the nodes of those that are gone", async () => {
    const lostOne = await lost(highlyAvailable, "control-0", "control-1", "control-2");
    const { former, fresh, worker } = lostOne;
    await bringBack(lostOne);
    const [first] = fresh;
    assert.ok(first);
    assert.equal(first.host.read("/etc/kubernetes/pki/ca.key"), "pki/ca.key of the snapshot");
    const key = first.host.read("/etc/kubernetes/slipway/encryption.yaml");
    assert.equal(key, "encryption.yaml of the snapshot");
    assert.equal(first.host.has("/etc/kubernetes/slipway/unfinished"), false);
    assert.equal(first.host.has("/var/lib/slipway/restore/snapshot.tar"), false);

    worker.silent = true;
    const { dropped, hasMoved, untold } = await settle(contextOf(lab).context, former);
    worker.silent = false;
    const gone = [0, 1, 2].map((index) => `lab-control-${index}-g1`);
    assert.deepEqual([...dropped].sort(), gone);
    assert.equal(calls(/kubectl delete pods/).length, 3);
    // It finds the cluster by itself.
    assert.deepEqual([hasMoved, untold], [false, []]);
    assert.equal(calls(/workers-0.*restart kubelet/).length, 0);
    assert.ok(worker.host.has(kubeletConfig));
    for (const machine of fresh) await join(machine);
    assert.equal(lab.members.length, 3);
    assert.equal(lab.node("control-0").metadata.labels?.["slipway.vm"], "vm-lab-control-0-g2");
    await first.host.must("ending", broughtBackScript);
    assert.equal(first.host.has("/etc/kubernetes/slipway/restoring.json"), false);
  });

  test("tells its address, where that is another one, and workers that it does not know", async () => {
    const lostOne = await lost(clusterInputs, "control-0");
    const { former, fresh, worker } = lostOne;
    const place = { name: "cluster-info", namespace: "kube-public" };
    const kubeconfig = `server: ${former.endpoint}\n`;
    lab.api.put("configmap", { metadata: place, data: { kubeconfig } });
    lab.api.put("daemonset", { metadata: { name: "kube-proxy", namespace: "kube-system" } });
    lab.api.delete("node", "lab-workers-0-g1");
    await bringBack(lostOne);
    worker.silent = true;
    const first = await settle(contextOf(lab).context, former);
    assert.deepEqual(
      first.untold.map(({ machine }) => machine),
      ["workers-0"],
    );
    worker.silent = false;
    const { hasMoved, untold } = await settle(contextOf(lab).context, former);
    assert.deepEqual([hasMoved, untold], [true, []]);
    const server = `server: https://${fresh[0]?.address ?? ""}:6443\n`;
    assert.equal(lab.api.get("configmap", place.name, place.namespace)?.data?.kubeconfig, server);
    assert.equal(worker.host.read(kubeletConfig).trim(), server.trim());
    assert.equal(calls(/workers-0.*restart kubelet/).length, 1);
    assert.equal(calls(/kubectl patch daemonset kube-proxy/).length, 2);
  });

  test("takes the identity of the lost machine from the node that bears its name, and leaves its own", async () => {
    const lostOne = await lost(highlyAvailable, "control-0");
    await bringBack(lostOne);
    const { context } = contextOf(lab);
    const node = lab.node("control-0-g2");
    const ofLost = { "slipway.vm": "vm-old", "slipway.machine": "control-0", zone: "a" };
    lab.api.put("node", { ...node, metadata: { ...node.metadata, labels: ofLost } });
    await settle(context, lostOne.former);
    assert.deepEqual(lab.node("control-0-g2").metadata.labels, { zone: "a" });
    const own = { ...ofLost, "slipway.vm": "VM-LAB-CONTROL-0-G2" };
    lab.api.put("node", { ...node, metadata: { ...node.metadata, labels: own } });
    await settle(context, lostOne.former);
    assert.deepEqual(lab.node("control-0-g2").metadata.labels, own);
  });

  test("has nodes that registered anew: a refresh sees what they lack", async () => {
    const lostOne = await lost(clusterInputs, "control-0");
    await bringBack(lostOne);
    const { worker } = lostOne;
    const { vmUuid } = worker;
    const inputs = { ...nodeInputs, vmUuid };
    const state = {
      nodeName: "lab-workers-0-g1",
      address: worker.address,
      kubeletVersion: "1.34.1",
    };
    const { context } = contextOf(lab);
    const read = () => kubernetesNode.read(context, state.nodeName, { ...inputs, ...state });
    assert.equal((await read())?.inputs.pool, "workers");
    const node = lab.node("workers-0");
    lab.api.put("node", { ...node, metadata: { name: state.nodeName, labels: {} } });
    assert.equal((await read())?.inputs.pool, "");
  });

  test("goes on where it was cut off: with the snapshot half laid down, and not started", async () => {
    const lostOne = await lost(highlyAvailable, "control-0");
    const [{ host }] = lostOne.fresh as [FakeMachine];
    const mark = () => host.read("/etc/kubernetes/slipway/unfinished").trim();
    const resets = () => calls(/kubeadm reset/).length;
    lab.intercept = (call) => (call.name === "ctr" ? refused("no route to host") : etcdutl(call));
    await assert.rejects(bringBack(lostOne), /no route to host/);
    assert.equal(mark(), "restore");
    const busy = kubernetesCluster.create(contextOf(lab).context, highlyAvailable);
    await assert.rejects(busy, /the restore did not end: run the same `slipway restore` again/);

    lab.intercept = (call) =>
      call.name === "kubeadm" && call.args[0] === "init" ? refused("cut off") : etcdutl(call);
    await assert.rejects(bringBack(lostOne), /cut off/);
    assert.equal(resets(), 1);
    assert.equal(mark(), "init");

    lab.intercept = etcdutl;
    await bringBack(lostOne);
    assert.equal(resets(), 1);
    const { clusterId } = lostOne.former;
    const probes = await probeControlPlanes(contextOf(lab).context);
    assert.equal(judgeLoss(probes, { clusterId, sha256 }).kind, "answers");
  });

  test("is not put on a host that has a cluster", async () => {
    const lostOne = await lost(highlyAvailable, "control-0");
    const { context } = contextOf(lab);
    const { clusterId } = lostOne.former;
    const loss = judgeLoss(await probeControlPlanes(context), { clusterId, sha256 });
    assert.equal(loss.kind, "put");
    lostOne.fresh[0]?.host.write(kubeletConfig);
    await assert.rejects(bringBack(lostOne), /may be newer than the snapshot/);
  });
});

describe("files between this machine and a host", () => {
  test("arrive as they are, in pieces", async () => {
    const { host } = lab.add("control-0");
    const content = randomBytes(9 * 1024 * 1024);
    const source = path.join(folder, "large");
    writeFileSync(source, content);
    const known = {
      bytes: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
    };
    const file = await open(source, "r");
    try {
      await sendFile(host, file, known, "/var/lib/slipway/large");
      const pieces = () => host.scripts.filter((script) => script.includes("cat >>")).length;
      assert.equal(pieces(), 2);
      await sendFile(host, file, known, "/var/lib/slipway/large");
      assert.equal(pieces(), 2);
    } finally {
      await file.close();
    }
    const arrived: Buffer[] = [];
    const told = await fetchFile(host, "/var/lib/slipway/large", (piece) =>
      Promise.resolve(arrived.push(piece)),
    );
    assert.deepEqual(told, known);
    assert.ok(Buffer.concat(arrived).equals(content));
  });
});
