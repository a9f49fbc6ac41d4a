/**
 * Three control planes behind a virtual address: every machine is replaced, one dies, an `up` is killed while a machine
 * joins; etcd keeps its quorum, and the API answers.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Lab } from "../../lab";
import { tail } from "../support/command";
import { KubernetesCluster } from "../support/kubernetesCluster";
import { KubernetesWitness } from "../support/kubernetesWitness";
import { killTree } from "../support/processTree";
import { standUpLab, takeDownLab } from "../support/testLab";

const endpoint = "10.89.0.91";
/** keepalived's advertisements come each second, and three that fail move the address. */
const mostSilence = 30_000;

function expectedNodes(workers: number): string[] {
  return [
    ...[0, 1, 2].map((n) => `control-${n} controlPlane ready`),
    ...Array.from({ length: workers }, (_, n) => `workers-${n} worker ready`),
  ];
}

void describe("a cluster of three control planes", { timeout: 30 * 60_000 }, () => {
  let lab: Lab;
  let cluster: KubernetesCluster;

  /** Names of etcd's members, which are those of their machines' VMs. */
  async function etcdMembers(): Promise<string[]> {
    const [pod = ""] = (
      await cluster.kubectl(
        "get",
        "pods",
        "--namespace=kube-system",
        "--selector=component=etcd",
        "--output=jsonpath={.items[*].metadata.name}",
      )
    ).split(" ");
    const folder = "/etc/kubernetes/pki/etcd";
    const listed = await cluster.kubectl(
      "exec",
      "--namespace=kube-system",
      pod,
      "--",
      "etcdctl",
      "--endpoints=https://127.0.0.1:2379",
      `--cacert=${folder}/ca.crt`,
      `--cert=${folder}/server.crt`,
      `--key=${folder}/server.key`,
      "member",
      "list",
      "--write-out=json",
    );
    const { members } = JSON.parse(listed) as { members: readonly { readonly name: string }[] };
    return members.map(({ name }) => name.slice(cluster.name.length + 1)).sort();
  }

  /** That nodes, members of etcd and VMs are the same machines, and nothing is left to do. */
  async function expectWhole(workers: number): Promise<void> {
    assert.deepEqual(await cluster.nodes(), expectedNodes(workers));
    const vms = await cluster.vms();
    assert.equal(vms.length, 3 + workers, vms.join());
    assert.deepEqual(
      await etcdMembers(),
      vms.filter((vm) => vm.startsWith("control-")),
    );
    await cluster.expectSettled();
  }

  /** Runs `slipway roll` under watch. */
  async function roll(pool: string): Promise<KubernetesWitness> {
    const witness = await KubernetesWitness.of(cluster, endpoint);
    try {
      const outcome = await cluster.site.slipway("roll", cluster.name, pool, "--yes");
      assert.equal(outcome.code, 0, tail(outcome.output));
    } finally {
      await witness.stop();
    }
    assert.deepEqual(witness.quorumLosses, []);
    assert.ok(witness.answers > 10, `the endpoint answered only ${witness.answers} times`);
    assert.ok(
      witness.longestSilence < mostSilence,
      `the endpoint was silent for ${witness.longestSilence} ms`,
    );
    process.stdout.write(
      `roll ${pool}: the endpoint was silent for ${Math.round(witness.longestSilence)} ms at most\n`,
    );
    return witness;
  }

  before(async () => {
    lab = await standUpLab("kubernetes");
    cluster = await KubernetesCluster.create(
      lab,
      "planes",
      ({ nodePools, kubernetes, platform }) => {
        const { control, workers } = nodePools;
        assert.ok(control && workers);
        control.count = 3;
        delete control.replace;
        workers.count = 1;
        kubernetes.apiEndpoint = { address: endpoint, kind: "virtual" };
        delete platform?.ingress;
      },
    );
  });

  after(async () => {
    await takeDownLab();
    await cluster.remove();
  });

  void test("forms with a member of etcd on each control plane", async () => {
    await cluster.site.up();
    await expectWhole(1);
  });

  void test("its control planes are replaced one by one, the first one too", async () => {
    await cluster.define(({ vsphere }) => {
      vsphere.template = "debian-12-kubernetes-next";
    });
    await cluster.site.up();
    const witness = await roll("control");
    assert.equal(witness.mostVms.control, 4);
    assert.deepEqual(await etcdMembers(), ["control-0-g2", "control-1-g2", "control-2-g2"]);
  });

  void test("so is its worker", async () => {
    const witness = await roll("workers");
    assert.equal(witness.mostVms.workers, 2);
    await expectWhole(1);
  });

  void test("a control plane that died is replaced by refresh and up", async () => {
    const dead = (await cluster.vms()).find((vm) => vm.startsWith("control-1-"));
    await lab.control.destroyMachine(`${cluster.name}-${String(dead)}`);
    await cluster.site.must("refresh", "--yes", "--non-interactive", "--stack", cluster.name);
    await cluster.site.up();
    await expectWhole(1);
  });

  void test("an up that is killed while a worker joins is finished by slipway recover", async () => {
    await cluster.withWorkers(2);
    const run = await cluster.site.startUp();
    await run.seen((output) => /KubernetesNode \S+-workers-1 creating/.test(output));
    killTree(run.pid);
    assert.equal((await run.ended).signal, "SIGKILL");
    const outcome = await cluster.site.slipway("recover", cluster.name, "--yes");
    assert.equal(outcome.code, 0, tail(outcome.output, 80));
    await expectWhole(2);
  });

  void test("shrinks to one worker, and destroy leaves nothing", async () => {
    await cluster.withWorkers(1);
    await cluster.site.up();
    assert.deepEqual(await cluster.nodes(), expectedNodes(1));
    await cluster.site.destroy();
    assert.deepEqual(await cluster.vms(), []);
  });
});
