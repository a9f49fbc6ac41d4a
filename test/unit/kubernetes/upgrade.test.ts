import assert from "node:assert/strict";
import { afterEach, before, beforeEach, describe, test } from "node:test";
import { kubernetesCluster } from "../../../provider/kubernetes/cluster/handler";
import { kubernetesNode } from "../../../provider/kubernetes/node/handler";
import type { KubernetesNodeInputs, KubernetesNodeOutputs } from "../../../provider/sdk";
import { Authority } from "../components/support/authority";
import { FakeCluster, setReady } from "./support/cluster";
import { contextOf } from "./support/context";
import { clusterInputs, nodeInputs } from "./support/inputs";
import { refused } from "./support/machine";

type Member = KubernetesNodeInputs & KubernetesNodeOutputs;

let authority: Authority;
let lab: FakeCluster;

before(async () => {
  authority = await Authority.create();
});
beforeEach(async () => {
  lab = await FakeCluster.start(authority);
});
afterEach(() => {
  lab.stop();
});

const endpoint = { address: "10.0.0.9", port: 6443, kind: "external" } as const;
const calls = (pattern: RegExp) => lab.log.filter((line) => pattern.test(line));

/** A cluster at 1.34.1 whose hosts carry 1.34.2 beside it. */
async function cluster(...names: readonly string[]): Promise<readonly Member[]> {
  const { context } = contextOf(lab);
  const machines = names.map((name) => lab.add(name));
  await kubernetesCluster.create(context, { ...clusterInputs, apiEndpoint: endpoint });
  const members: Member[] = [];
  for (const { machine, role, host } of machines) {
    const isWorker = role === "worker";
    const inputs: KubernetesNodeInputs = {
      ...nodeInputs,
      machine,
      role: isWorker ? "worker" : "controlPlane",
      pool: isWorker ? "workers" : "control",
    };
    members.push({ ...inputs, ...(await kubernetesNode.create(context, inputs)).outputs });
    host.offer("1.34.2");
  }
  for (const node of lab.api.list("node")) setReady(node, "True");
  return members;
}

function upgrade(member: Member, changes: Partial<KubernetesNodeInputs> = {}) {
  const { context, warnings } = contextOf(lab);
  const news = { ...member, version: "1.34.2", ...changes };
  return kubernetesNode
    .update(context, member.nodeName, member, news)
    .then((outputs) => ({ outputs, warnings }));
}

describe("the upgrade of a cluster", () => {
  test("goes through control planes one by one, then workers, each drained and opened again", async () => {
    const members = await cluster("control-0", "control-1", "control-2", "workers-0", "workers-1");
    lab.log.length = 0;
    const upgraded = await Promise.all([...members].reverse().map((member) => upgrade(member)));
    for (const { outputs } of upgraded) assert.equal(outputs.kubeletVersion, "1.34.2");
    const steps = calls(/kubeadm upgrade (apply|node)/).map((line) =>
      line.replace(/^lab-(\S+): kubeadm upgrade (\w+).*/, "$1 $2"),
    );
    assert.equal(steps.length, 5);
    assert.match(steps[0] ?? "", /^control-\d apply$/);
    assert.match(steps.slice(1, 3).join(), /^control-\d node,control-\d node$/);
    assert.match(steps.slice(3).join(), /^workers-\d node,workers-\d node$/);
    for (const node of lab.api.list("node")) assert.equal(node.spec.unschedulable, undefined);
  });

  test("stops at a step that fails, says how to go on, and goes on from there", async () => {
    const [control, worker] = await cluster("control-0", "workers-0");
    assert.ok(control !== undefined && worker !== undefined);
    lab.intercept = ({ args }) =>
      args[1] === "apply" ? refused("[upgrade/health] FATAL") : undefined;
    const [first, second] = await Promise.allSettled([upgrade(control), upgrade(worker)]);
    assert.match(
      String(first.status === "rejected" && first.reason),
      /stopped here, and no other node is begun[^]*pulumi up/,
    );
    assert.match(
      String(second.status === "rejected" && second.reason),
      /workers-0 is not upgraded: the upgrade of control-0 to 1\.34\.2 has failed in this run/,
    );
    assert.equal(calls(/kubeadm upgrade node/).length, 0);
    lab.intercept = () => undefined;
    assert.equal((await upgrade(control)).outputs.kubeletVersion, "1.34.2");
    assert.equal((await upgrade(worker)).outputs.kubeletVersion, "1.34.2");
  });

  test("is refused while another control plane is not ready", async () => {
    const members = await cluster("control-0", "control-1", "control-2");
    lab.fallSilent("lab-control-2");
    const [first] = members;
    assert.ok(first !== undefined);
    await assert.rejects(upgrade(first), /while another one is not ready: lab-control-2/);
    assert.equal(calls(/kubeadm upgrade/).length, 0);
    const member = lab.members.find(({ name }) => name === "lab-control-2");
    assert.ok(member !== undefined);
    member.healthy = true;
    setReady(lab.node("control-2"), "True");
    await upgrade(first);
  });

  test("is refused where a version is not on the hosts, before anything is drained", async () => {
    const [control] = await cluster("control-0");
    assert.ok(control !== undefined);
    await assert.rejects(
      upgrade(control, { version: "1.34.3" }),
      /there is no .*\/opt\/kubernetes\/1\.34\.3\/kubeadm: kubernetes\.source is preinstalled/,
    );
    assert.equal(calls(/drain|upgrade/).length, 0);
  });

  test("skips no minor version, and does not go back", async () => {
    const { context } = contextOf(lab);
    lab.add("control-0");
    const inputs = { ...clusterInputs, apiEndpoint: endpoint };
    const { id, outputs } = await kubernetesCluster.create(context, inputs);
    const olds = { ...inputs, ...outputs };
    const to = (version: string) =>
      kubernetesCluster.update(context, id, olds, { ...inputs, version });
    await assert.rejects(to("1.36.0"), /can't go from 1\.34\.1 to 1\.36\.0 at once/);
    await assert.rejects(to("1.34.0"), /can't go back from 1\.34\.1 to 1\.34\.0/);
    await to("1.35.0");
  });

  test("moves nothing where there is nowhere to go, and says so", async () => {
    const [control] = await cluster("control-0");
    assert.ok(control !== undefined);
    const { warnings } = await upgrade(control);
    assert.match(warnings.join(), /control-0 is not drained for its upgrade/);
    assert.equal(calls(/kubectl drain/).length, 0);
  });
});

describe("a control plane's certificates", () => {
  const day = 86_400_000;
  const expiring = (days: number) => new Date(Date.now() + days * day).toISOString();

  test("are a difference in the last third of their life, and renewed by an update", async () => {
    const [control] = await cluster("control-0");
    assert.ok(control !== undefined);
    const soon = { ...control, certificateExpires: expiring(100), certificateDays: 365 };
    assert.equal(kubernetesNode.diff(soon, control).changes, true);
    const later = { ...control, certificateExpires: expiring(200), certificateDays: 365 };
    assert.equal(kubernetesNode.diff(later, control).changes, false);

    const { host } = lab.machines[0] ?? assert.fail();
    host.write("/expires", expiring(100));
    const before = host.read("/etc/kubernetes/manifests/etcd.yaml");
    lab.intercept = ({ args }) => {
      if (args[0] === "certs" && args[1] === "renew") host.write("/expires", expiring(365));
      return undefined;
    };
    const { outputs } = await upgrade(control, { version: "1.34.1" });
    assert.ok(Date.parse(outputs.certificateExpires ?? "") > Date.now() + 300 * day);
    assert.equal(calls(/kubeadm certs renew all/).length, 1);
    assert.notEqual(host.read("/etc/kubernetes/manifests/etcd.yaml"), before);
    assert.match(
      host.read("/etc/kubernetes/manifests/kube-apiserver.yaml"),
      /slipway\/certificates-renewed/,
    );
  });
});

describe("changed reservations", () => {
  test("are written and taken over by the kubelet", async () => {
    const [control] = await cluster("control-0");
    assert.ok(control !== undefined);
    const kubelet = { ...control.kubelet, systemReserved: { cpu: "500m" } };
    await upgrade(control, { version: "1.34.1", kubelet });
    const { host } = lab.machines[0] ?? assert.fail();
    assert.match(
      host.read("/etc/kubernetes/slipway/patches/kubeletconfiguration.yaml"),
      /cpu: 500m/,
    );
    assert.match(
      calls(/kubelet-config|restart kubelet/).join("\n"),
      /kubelet-config[^]*restart kubelet/,
    );
  });
});
