import assert from "node:assert/strict";
import { afterEach, before, beforeEach, describe, test } from "node:test";
import { kubernetesCluster } from "../../../provider/kubernetes/cluster/handler";
import { createKubernetesHost } from "../../../provider/kubernetes/host/handler";
import { kubernetesLock } from "../../../provider/kubernetes/lock";
import { kubernetesNode } from "../../../provider/kubernetes/node/handler";
import type { KubernetesHostInputs } from "../../../provider/sdk";
import { Authority } from "../components/support/authority";
import { FakeCluster, setReady } from "./support/cluster";
import { contextOf } from "./support/context";
import { clusterInputs, containerd, nodeInputs } from "./support/inputs";
import { refused } from "./support/machine";

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

const kubernetesHost = createKubernetesHost(kubernetesLock);
const calls = (pattern: RegExp) => lab.log.filter((line) => pattern.test(line));
const inputs = (machine: string): KubernetesHostInputs => ({
  machine,
  version: "1.34.1",
  source: "preinstalled",
  containerd,
});

describe("a host's container runtime", () => {
  test("is configured and started once, and left alone when nothing changes", async () => {
    const { host } = lab.add("workers-0");
    const { context } = contextOf(lab);
    const { outputs } = await kubernetesHost.create(context, inputs("workers-0"));
    assert.deepEqual(outputs, { installedVersion: "1.34.1", containerdVersion: "1.6.20~ds1" });
    assert.match(host.read("/etc/containerd/config.toml"), /conf_template/);
    assert.match(host.read("/etc/containerd/slipway-network.conflist"), /"type": "ptp"/);
    assert.equal(host.read("/proc/sys/net/ipv4/ip_forward"), "1");
    const olds = { ...inputs("workers-0"), ...outputs };
    await kubernetesHost.update(context, "workers-0", olds, inputs("workers-0"));
    assert.equal(calls(/restart containerd/).length, 1);
  });

  test("takes mirrors over without a restart, and forgets those that nobody names", async () => {
    const { host } = lab.add("workers-0");
    const { context } = contextOf(lab);
    const first = inputs("workers-0");
    await kubernetesHost.create(context, first);
    const mirrors = { "docker.io": ["https://mirror.test"] };
    await kubernetesHost.create(context, { ...first, containerd: { ...containerd, mirrors } });
    assert.match(host.read("/etc/containerd/certs.d/docker.io/hosts.toml"), /mirror\.test/);
    await kubernetesHost.create(context, first);
    assert.equal(host.has("/etc/containerd/certs.d/docker.io/hosts.toml"), false);
    assert.equal(calls(/restart containerd/).length, 1);
  });

  test("comes back with its former settings when it refuses the new ones", async () => {
    const { host } = lab.add("workers-0");
    host.write("/etc/containerd/config.toml", "former");
    let restarts = 0;
    lab.intercept = ({ name, args }) =>
      name === "systemctl" && args.join() === "restart,containerd.service" && restarts++ === 0
        ? refused("Job for containerd.service failed")
        : undefined;
    const { context } = contextOf(lab);
    await assert.rejects(kubernetesHost.create(context, inputs("workers-0")), /is back in place/);
    assert.equal(host.read("/etc/containerd/config.toml"), "former");
  });

  test("restarts under the cluster's lease where the host is a node", async () => {
    lab.add("control-0");
    const { context } = contextOf(lab);
    await kubernetesHost.create(context, inputs("control-0"));
    await kubernetesCluster.create(context, clusterInputs);
    const control = { ...nodeInputs, machine: "control-0", role: "controlPlane" } as const;
    await kubernetesNode.create(context, control);
    setReady(lab.node("control-0"), "True");
    lab.log.length = 0;
    const changed = { ...containerd, sandboxImage: "mirror.test/pause:3.10.1" };
    await kubernetesHost.create(context, { ...inputs("control-0"), containerd: changed });
    const lease = lab.api.get("lease", "slipway", "kube-system");
    assert.equal(
      lease?.metadata.annotations?.["slipway/purpose"],
      "restarting containerd of control-0",
    );
    assert.equal(lease.spec.holderIdentity, "");
    assert.equal(calls(/restart containerd/).length, 1);
  });
});

describe("a virtual address", () => {
  const apiEndpoint = { address: "10.0.0.99", port: 6443, kind: "virtual" } as const;
  const file = "/etc/keepalived/keepalived.conf";

  test("is held before the cluster is made, and by those that join; who leaves is no peer any more", async () => {
    const [first, second] = [lab.add("control-0"), lab.add("control-1")];
    const { context } = contextOf(lab);
    await kubernetesCluster.create(context, { ...clusterInputs, apiEndpoint });
    assert.match(calls(/keepalived|kubeadm init/).join("\n"), /keepalived[^]*kubeadm init/);
    const control = { ...nodeInputs, role: "controlPlane" } as const;
    await kubernetesNode.create(context, { ...control, machine: "control-0" });
    const joining = { ...control, machine: "control-1" };
    const { outputs } = await kubernetesNode.create(context, joining);
    for (const node of lab.api.list("node")) setReady(node, "True");
    assert.match(second.host.read(file), /unicast_peer \{\n {4}10\.0\.0\.10\n/);
    assert.match(first.host.read(file), /unicast_peer \{\n {4}10\.0\.0\.11\n/);
    await kubernetesNode.delete(context, outputs.nodeName, { ...joining, ...outputs });
    assert.match(first.host.read(file), /unicast_peer \{\n {2}\}/);
    assert.equal(second.host.has(file), false);
  });

  test("is not put over a keepalived of somebody else", async () => {
    const { host } = lab.add("control-0");
    host.write(file, "global_defs {}\n");
    const { context } = contextOf(lab);
    await assert.rejects(
      kubernetesCluster.create(context, { ...clusterInputs, apiEndpoint }),
      /keepalived\.conf that is not Slipway's/,
    );
  });
});
