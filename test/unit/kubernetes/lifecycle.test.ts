import assert from "node:assert/strict";
import { afterEach, before, beforeEach, describe, test } from "node:test";
import { kubernetesCluster } from "../../../provider/kubernetes/cluster/handler";
import { kubernetesNode } from "../../../provider/kubernetes/node/handler";
import type { KubernetesNodeInputs, KubernetesNodeOutputs } from "../../../provider/sdk";
import { Authority } from "../components/support/authority";
import { FakeCluster, setReady, type FakeMachine } from "./support/cluster";
import { contextOf } from "./support/context";
import { clusterInputs, nodeInputs } from "./support/inputs";
import { done, refused } from "./support/machine";

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
const highlyAvailable = { ...clusterInputs, apiEndpoint: endpoint, encryptSecrets: true };
type Member = KubernetesNodeInputs & KubernetesNodeOutputs;

function inputsOf({ machine, role, vmUuid }: FakeMachine): KubernetesNodeInputs {
  return {
    ...nodeInputs,
    machine,
    vmUuid,
    role: role === "worker" ? "worker" : "controlPlane",
    pool: machine.replace(/-\d+$/, ""),
  };
}

async function form(inputs = highlyAvailable): Promise<void> {
  const { context } = contextOf(lab);
  await kubernetesCluster.create(context, inputs);
}

async function join(machine: FakeMachine, changes: Partial<KubernetesNodeInputs> = {}) {
  const { context } = contextOf(lab);
  const inputs = { ...inputsOf(machine), ...changes };
  const { outputs } = await kubernetesNode.create(context, inputs);
  return { ...inputs, ...outputs };
}

/** A cluster with these machines, all of them ready. */
async function cluster(...names: readonly string[]): Promise<Map<string, Member>> {
  const machines = names.map((name) => lab.add(name));
  await form();
  const members = new Map<string, Member>();
  for (const machine of machines) members.set(machine.machine, await join(machine));
  for (const node of lab.api.list("node")) setReady(node, "True");
  return members;
}

function member(members: ReadonlyMap<string, Member>, name: string): Member {
  const found = members.get(name);
  assert.ok(found !== undefined, `no member ${name}`);
  return found;
}

const calls = (pattern: RegExp) => lab.log.filter((line) => pattern.test(line));

describe("the birth of a cluster", () => {
  test("on the first control plane, once; a second run finds it", async () => {
    lab.add("control-1");
    lab.add("control-0");
    const { context } = contextOf(lab);
    const { id, outputs } = await kubernetesCluster.create(context, highlyAvailable);
    assert.equal(id, lab.uid);
    assert.equal(outputs.endpoint, "https://10.0.0.9:6443");
    assert.equal(outputs.caCertificate, authority.pem);
    const again = await kubernetesCluster.create(context, highlyAvailable);
    assert.deepEqual(again.outputs, outputs);
    assert.equal(calls(/kubeadm init/).length, 1);
    assert.match(calls(/kubeadm init/)[0] ?? "", /^lab-control-0:/);
  });

  test("goes on where a run was cut off after etcd had data", async () => {
    const { host } = lab.add("control-0");
    lab.intercept = ({ name, args }) =>
      name === "kubectl" && args.includes("apply")
        ? refused("Error from server (Forbidden): cut off")
        : undefined;
    await assert.rejects(form(), /cut off/);
    assert.equal(host.read("/etc/kubernetes/slipway/unfinished").trim(), "init");
    const key = host.read("/etc/kubernetes/slipway/encryption.yaml");
    lab.intercept = () => undefined;
    await form();
    assert.equal(calls(/kubeadm reset/).length, 0);
    assert.equal(calls(/kubeadm init/).length, 2);
    assert.equal(host.has("/etc/kubernetes/slipway/unfinished"), false);
    assert.equal(host.read("/etc/kubernetes/slipway/encryption.yaml"), key);
  });

  test("takes back what was begun before etcd had any data", async () => {
    const { host } = lab.add("control-0");
    host.write("/etc/kubernetes/slipway/unfinished", "init\n");
    host.write("/etc/kubernetes/admin.conf");
    await form();
    assert.match(calls(/kubeadm (reset|init)/).join("\n"), /reset[^]*init/);
  });

  test("never beside a control plane that can't be asked", async () => {
    lab.add("control-0");
    lab.add("control-1").silent = true;
    await assert.rejects(form(), /control-1[^]*may be in a cluster already: none is initialised/);
    assert.equal(calls(/kubeadm/).length, 0);
  });

  test("never where etcd has data and nobody answers for it", async () => {
    const { host } = lab.add("control-0");
    host.write("/var/lib/etcd/member/snap");
    await assert.rejects(form(), /it has etcd data[^]*none is initialised/);
  });

  test("refuses a cluster that was made with other ranges", async () => {
    lab.add("control-0");
    await form();
    const other = { ...highlyAvailable, podRange: "10.99.0.0/16" };
    await assert.rejects(form(other), /podRange 10\.244\.0\.0\/16 \(wanted: 10\.99\.0\.0\/16\)/);
  });

  test("encrypts secrets with a key that never leaves the hosts", async () => {
    const { host } = lab.add("control-0");
    await form();
    const text = host.read("/etc/kubernetes/slipway/encryption.yaml");
    assert.match(text, /secretbox: \{ keys: \[\{ name: first, secret: [A-Za-z0-9+/]{43}= \}\] \}/);
    const key = /secret: (\S+)/.exec(text)?.[1] ?? "";
    for (const { text: config } of lab.configs) assert.ok(!config.includes(key));
  });

  test("there is none when every control plane says so, and none is believed gone that can't be asked", async () => {
    const machine = lab.add("control-0");
    const { context, warnings } = contextOf(lab);
    const { id, outputs } = await kubernetesCluster.create(context, highlyAvailable);
    const olds = { ...highlyAvailable, ...outputs };
    machine.silent = true;
    assert.deepEqual((await kubernetesCluster.read(context, id, olds))?.outputs, outputs);
    assert.match(warnings.join(), /the recorded state is kept/);
  });
});

describe("joining", () => {
  test("a worker: ready but for the pod network, with its labels and taints", async () => {
    lab.add("control-0");
    const worker = lab.add("workers-0");
    await form();
    const taints = [{ key: "gpu", value: "yes", effect: "NoSchedule" as const }];
    const { nodeName } = await join(worker, { labels: { zone: "a" }, taints });
    assert.equal(nodeName, "lab-workers-0");
    const { metadata, spec } = lab.node("workers-0");
    assert.equal(metadata.labels?.zone, "a");
    assert.equal(metadata.labels["slipway.machine"], "workers-0");
    assert.deepEqual(spec.taints, taints);
    assert.equal(worker.host.has("/etc/kubernetes/slipway/unfinished"), false);
  });

  test("token and certificate key live for the join only, and are concealed", async () => {
    lab.add("control-0");
    const second = lab.add("control-1");
    await form();
    const { context, concealed } = contextOf(lab);
    await kubernetesNode.create(context, inputsOf(second));
    assert.equal(lab.tokens.size, 0);
    assert.ok(concealed.includes("abcdef.0123456789abcdef"));
    const key = /certificateKey: (\S+)/.exec(lab.configs.at(-1)?.text ?? "")?.[1] ?? "";
    assert.equal(key.length, 64);
    assert.ok(concealed.includes(key));
    assert.equal(calls(/delete secret kubeadm-certs/).length, 1);
    for (const line of lab.log)
      assert.ok(!line.includes(key) && !line.includes("0123456789abcdef"));
    assert.deepEqual(
      lab.machines.flatMap(({ host }) => host.scripts).filter((script) => script.includes(key)),
      [],
    );
  });

  test("a control plane gets the key of encrypted secrets from another one", async () => {
    const members = await cluster("control-0", "control-1", "control-2");
    const [first, second] = lab.machines;
    const file = "/etc/kubernetes/slipway/encryption.yaml";
    assert.equal(second?.host.read(file), first?.host.read(file));
    assert.equal(lab.members.length, 3);
    assert.ok(member(members, "control-1").certificateExpires?.startsWith("2099"));
  });

  test("is found when it was done before", async () => {
    lab.add("control-0");
    const worker = lab.add("workers-0");
    await form();
    await join(worker);
    await join(worker);
    assert.equal(calls(/kubeadm join/).length, 1);
  });

  test("begins anew where a join was cut off half way", async () => {
    lab.add("control-0");
    const worker = lab.add("workers-0");
    await form();
    worker.host.write("/etc/kubernetes/slipway/unfinished", "join\n");
    worker.host.write("/etc/kubernetes/kubelet.conf");
    await join(worker);
    assert.match(calls(/lab-workers-0: kubeadm (reset|join)/).join("\n"), /reset[^]*join/);
  });

  test("refuses a host that is in another cluster", async () => {
    lab.add("control-0");
    const worker = lab.add("workers-0");
    await form();
    worker.host.write("/etc/kubernetes/kubelet.conf");
    worker.host.write("/etc/kubernetes/pki/ca.crt", "another authority");
    await assert.rejects(join(worker), /is a member of another cluster/);
  });

  test("refuses a second control plane without an endpoint that outlives the first", async () => {
    lab.add("control-0");
    const second = lab.add("control-1");
    await form(clusterInputs as typeof highlyAvailable);
    await assert.rejects(join(second), /initialised without an apiEndpoint/);
  });

  test("removes the ghost of a control plane whose VM is gone, before it counts against quorum", async () => {
    const machines = [0, 1, 2].map((index) =>
      lab.add(`control-${index}`, undefined, { generation: 1 }),
    );
    await form();
    for (const machine of machines) await join(machine);
    const dead = machines[1];
    assert.ok(dead !== undefined);
    lab.destroy(dead);
    await join(lab.add("control-1", undefined, { generation: 2 }));
    assert.deepEqual(
      lab.members.map(({ name }) => name),
      ["lab-control-0-g1", "lab-control-2-g1", "lab-control-1-g2"],
    );
    assert.equal(lab.api.get("node", "lab-control-1-g1"), undefined);
  });

  test("takes the place of a machine of the same name whose VM is gone, though its node is ready still", async () => {
    lab.add("control-0");
    const dead = lab.add("workers-0", undefined, { vm: "vm-1" });
    await form();
    await join(dead);
    lab.destroy(dead);
    setReady(lab.node("workers-0"), "True");
    const before = lab.node("workers-0").metadata.labels?.["slipway.vm"];
    await join(lab.add("workers-0", undefined, { vm: "vm-2" }));
    assert.equal(before, "vm-1");
    assert.equal(lab.node("workers-0").metadata.labels?.["slipway.vm"], "vm-2");
  });

  test("refuses the host name of a ready node whose VM exists", async () => {
    lab.add("control-0");
    const first = lab.add("workers-0", undefined, { vm: "vm-1" });
    await form();
    await join(first);
    setReady(lab.node("workers-0"), "True");
    const second = lab.add("workers-1", undefined, { vm: "vm-2" });
    lab.intercept = ({ host, name }) =>
      name === "uname" && host === "lab-workers-1" ? done("lab-workers-0\n") : undefined;
    await assert.rejects(join(second), /another node that is named lab-workers-0/);
  });
});

describe("leaving", () => {
  const remove = (one: Member) => {
    const { context, warnings } = contextOf(lab);
    return kubernetesNode.delete(context, one.nodeName, one).then(() => warnings);
  };

  test("a worker: drained, reset, deleted, in this order", async () => {
    const members = await cluster("control-0", "workers-0", "workers-1");
    await remove(member(members, "workers-0"));
    const steps = calls(/drain|reset|delete node/).map(
      (line) => /drain|reset|delete/.exec(line)?.[0],
    );
    assert.deepEqual(steps, ["drain", "reset", "delete"]);
    assert.equal(lab.api.get("node", "lab-workers-0"), undefined);
    assert.equal(lab.machines[1]?.host.has("/etc/kubernetes/kubelet.conf"), false);
  });

  test("a worker goes when no network volume is attached to it any more", async () => {
    const members = await cluster("control-0", "workers-0", "workers-1");
    const attached = (node: string, volume: string) =>
      lab.api.put("volumeattachment", {
        metadata: { name: `csi-${volume}` },
        spec: { nodeName: node, source: { persistentVolumeName: volume } },
      });
    attached("lab-workers-0", "pvc-1");
    attached("lab-workers-1", "pvc-2");
    let looks = 0;
    lab.intercept = ({ name, args }) => {
      if (name !== "kubectl" || !args.includes("volumeattachments")) return undefined;
      assert.notEqual(lab.api.get("node", "lab-workers-0"), undefined);
      if (++looks === 2) lab.api.delete("volumeattachment", "csi-pvc-1");
      return undefined;
    };
    await remove(member(members, "workers-0"));
    assert.equal(looks, 2);
    assert.equal(lab.api.get("node", "lab-workers-0"), undefined);
  });

  test("a control plane: out of etcd before it is reset", async () => {
    const members = await cluster("control-0", "control-1", "control-2");
    await remove(member(members, "control-0"));
    assert.deepEqual(
      lab.members.map(({ name }) => name),
      ["lab-control-1", "lab-control-2"],
    );
    const steps = calls(/member remove|kubeadm reset/).map(
      (line) => /member|reset/.exec(line)?.[0],
    );
    assert.deepEqual(steps, ["member", "reset"]);
  });

  test("is refused where etcd would lose its quorum", async () => {
    const members = await cluster("control-0", "control-1", "control-2");
    lab.fallSilent("lab-control-2");
    await assert.rejects(
      remove(member(members, "control-1")),
      /without lab-control-1 etcd would lose its quorum: 2 of 3 etcd members are healthy, 1 of 2 would be. Bring lab-control-2 back/,
    );
    assert.equal(calls(/drain|reset/).length, 0);
  });

  test("is refused by the name of the data that would go", async () => {
    const members = await cluster("control-0", "workers-0", "workers-1");
    lab.api.put("persistentvolume", {
      metadata: { name: "pv-1" },
      spec: {
        capacity: { storage: "10Gi" },
        local: { path: "/data/db" },
        claimRef: { namespace: "shop", name: "db-data" },
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              {
                matchExpressions: [
                  { key: "kubernetes.io/hostname", operator: "In", values: ["lab-workers-0"] },
                ],
              },
            ],
          },
        },
      },
      status: { phase: "Bound" },
    });
    const worker = member(members, "workers-0");
    await assert.rejects(
      remove(worker),
      /workers-0 holds the data of "claim shop\/db-data" \(volume pv-1, 10Gi, \/data\/db\)/,
    );
    assert.equal(calls(/drain|reset/).length, 0);
    await remove({ ...worker, ephemeralVolumes: true });
    assert.equal(lab.api.get("node", "lab-workers-0"), undefined);
  });

  test("names the disruption budget that keeps pods, and opens the node again", async () => {
    const members = await cluster("control-0", "workers-0", "workers-1");
    lab.api.put("poddisruptionbudget", {
      metadata: { name: "web", namespace: "shop" },
      spec: { selector: { matchLabels: { app: "web" } } },
      status: { disruptionsAllowed: 0 },
    });
    lab.api.put("pod", {
      metadata: { name: "web-1", namespace: "shop", labels: { app: "web" } },
      spec: { nodeName: "lab-workers-0", containers: [] },
    });
    lab.intercept = ({ args }) =>
      args.includes("drain") ? refused("error: global timeout reached: 5m0s") : undefined;
    await assert.rejects(
      remove(member(members, "workers-0")),
      /PodDisruptionBudget shop\/web allows no eviction of pod web-1/,
    );
    assert.equal(lab.node("workers-0").spec.unschedulable, undefined);
    assert.equal(calls(/reset/).length, 0);
    lab.intercept = () => undefined;
    await remove(member(members, "workers-0"));
  });

  test("of a machine that exists and does not answer is refused", async () => {
    const members = await cluster("control-0", "workers-0");
    const worker = lab.machines[1];
    assert.ok(worker !== undefined);
    worker.silent = true;
    await assert.rejects(remove(member(members, "workers-0")), /it exists, but cannot be reached/);
    worker.silent = false;
    await remove(member(members, "workers-0"));
  });

  test("of a control plane that is gone happens through another one", async () => {
    const machines = [0, 1, 2].map((index) =>
      lab.add(`control-${index}`, undefined, { generation: 1 }),
    );
    await form();
    const members: Member[] = [];
    for (const machine of machines) members.push(await join(machine));
    const [dead, gone] = [machines[0], members[0]];
    assert.ok(dead !== undefined && gone !== undefined);
    lab.destroy(dead);
    await remove(gone);
    assert.deepEqual(
      lab.members.map(({ name }) => name),
      ["lab-control-1-g1", "lab-control-2-g1"],
    );
    assert.equal(lab.api.get("node", "lab-control-0-g1"), undefined);
  });

  test("of everything: control planes go last, and the last one ends the cluster", async () => {
    const members = await cluster("control-0", "control-1", "control-2", "workers-0");
    const all = await Promise.all([...members.values()].map(remove));
    assert.equal(all.length, 4);
    for (const { host } of lab.machines)
      assert.equal(host.has("/etc/kubernetes/kubelet.conf"), false);
    assert.match(calls(/kubeadm reset/)[0] ?? "", /^lab-workers-0/);
  });
});
