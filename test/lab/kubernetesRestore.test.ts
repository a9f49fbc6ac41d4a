/**
 * Kubernetes clusters that lose all their control planes, behind everybody's back: nothing makes an empty one in their
 * place, and `slipway restore` brings them back from a snapshot, killed on the way too.
 */
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { parse } from "yaml";
import type { Lab } from "../../lab";
import { tail, type Outcome } from "../support/command";
import { KubernetesCluster } from "../support/kubernetesCluster";
import { killTree } from "../support/processTree";
import { standUpLab, takeDownLab } from "../support/testLab";

const endpoint = "10.89.0.90";
const namespace = "trial";
const snapshot = "before.tar";

function workload(image: string): readonly object[] {
  const metadata = (name: string) => ({ name, namespace });
  const labels = { app: "hello" };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: metadata("words"), data: { hello: "world" } },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadata("hidden"),
      stringData: { password: "s3cret" },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: metadata("hello"),
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: "hello", image }] },
        },
      },
    },
  ];
}

interface Pods {
  readonly items: readonly {
    readonly metadata: { readonly uid: string };
    readonly status: {
      readonly containerStatuses: readonly {
        readonly ready: boolean;
        readonly containerID: string;
      }[];
    };
  }[];
}

function accepted({ code, output }: Outcome): void {
  assert.equal(code, 0, tail(output, 80));
}

function refused({ code, output }: Outcome, exit: number, reason: RegExp): void {
  assert.match(output, reason);
  assert.equal(code, exit, tail(output));
}

void describe("clusters without their control planes", { timeout: 60 * 60_000 }, () => {
  let lab: Lab;
  const clusters: KubernetesCluster[] = [];

  async function stand(name: string, controlPlanes: number): Promise<KubernetesCluster> {
    const cluster = await KubernetesCluster.create(lab, name, ({ nodePools, ...yml }) => {
      const { control, workers } = nodePools;
      assert.ok(control && workers);
      workers.count = 1;
      delete yml.platform?.ingress;
      if (controlPlanes === 1) return;
      control.count = controlPlanes;
      delete control.replace;
      yml.kubernetes.apiEndpoint = { address: endpoint, kind: "virtual" };
    });
    clusters.push(cluster);
    await cluster.site.up();
    const registry = lab.env.SLIPWAY_LAB_REGISTRY ?? "";
    await cluster.apply(...workload(`${registry}/hello:1.0.0`));
    const to = ["--namespace", namespace, "rollout", "status", "deployment/hello"];
    await cluster.kubectl(...to, "--timeout=120s");
    return cluster;
  }

  /** Containers that run, by which it shows that none was started anew. */
  async function containers(cluster: KubernetesCluster): Promise<string[]> {
    const { items } = await cluster.get<Pods>("pods", `--namespace=${namespace}`);
    return items
      .flatMap(({ status }) => status.containerStatuses)
      .map(({ ready, containerID }) => `${String(ready)} ${containerID}`)
      .sort();
  }

  async function destroyControlPlanes(cluster: KubernetesCluster): Promise<void> {
    const planes = (await cluster.machines()).filter(({ name }) => name.includes("-control-"));
    await Promise.all(planes.map(({ name }) => lab.control.destroyMachine(name)));
  }

  const restore = (cluster: KubernetesCluster) =>
    cluster.site.slipway("restore", cluster.name, "--snapshot", snapshot, "--yes");

  /** What the snapshot had is there, what came after it is not, and nothing is left to do. */
  async function expectBack(cluster: KubernetesCluster, planes: number, ran: readonly string[]) {
    assert.deepEqual(await cluster.nodes(), [
      ...Array.from({ length: planes }, (_, n) => `control-${n} controlPlane ready`),
      "workers-0 worker ready",
    ]);
    const get = (kind: string, name: string, path: string) =>
      cluster.kubectl("get", kind, name, `--namespace=${namespace}`, `--output=jsonpath=${path}`);
    assert.equal(await get("configmap", "words", "{.data.hello}"), "world");
    const password = await get("secret", "hidden", "{.data.password}");
    assert.equal(Buffer.from(password, "base64").toString(), "s3cret");
    assert.deepEqual(await containers(cluster), ran, "pods run on through the loss");
    await assert.rejects(get("configmap", "later", "{.data}"), /NotFound/);
    await cluster.expectSettled();
  }

  before(async () => {
    lab = await standUpLab("kubernetes");
  });

  after(async () => {
    await takeDownLab();
    await Promise.all(clusters.map((cluster) => cluster.remove()));
  });

  void describe("one, known by its own address", () => {
    let cluster: KubernetesCluster;
    let ran: string[];

    before(async () => {
      cluster = await stand("lost", 1);
      ran = await containers(cluster);
    });

    void test("its credential goes into a kubeconfig that only its owner reads", async () => {
      accepted(await cluster.site.slipway("kubeconfig", cluster.name, "--output", "kubeconfig"));
      const file = cluster.site.path("kubeconfig");
      assert.equal(statSync(file).mode & 0o777, 0o600);
      const written = parse(readFileSync(file, "utf8")) as Record<string, unknown>;
      assert.equal(written["current-context"], cluster.name);
    });

    void test("a snapshot is taken and fetched, for its owner alone", async () => {
      accepted(await cluster.site.slipway("snapshot", cluster.name, "--output", snapshot));
      assert.equal(statSync(cluster.site.path(snapshot)).mode & 0o777, 0o600);
      const listed = await cluster.site.slipway("snapshot", cluster.name, "--list", "--json");
      const { snapshots } = JSON.parse(listed.stdout) as { snapshots: readonly unknown[] };
      assert.equal(snapshots.length, 1);
      await cluster.kubectl("create", "configmap", "later", `--namespace=${namespace}`);
    });

    void test("nothing is restored while it answers", async () => {
      refused(await restore(cluster), 3, /control-0 answers for the cluster: it is not lost/);
    });

    void test("refresh stops and says what to do, and up makes no empty cluster", async () => {
      await destroyControlPlanes(cluster);
      const before = await cluster.vms();
      const refresh = ["refresh", "--yes", "--non-interactive", "--stack", cluster.name];
      const outcome = await cluster.site.pulumi(...refresh);
      assert.notEqual(outcome.code, 0);
      assert.match(outcome.output, /`slipway restore lost --snapshot/);
      await cluster.site.tryUp();
      assert.deepEqual(await cluster.vms(), before);
    });

    void test("comes back at another address, by a restore that was killed and run again", async () => {
      const args = ["restore", cluster.name, "--snapshot", snapshot, "--yes"];
      const run = await cluster.site.startSlipway(...args);
      await run.seen((output) => output.includes("initialising the cluster"));
      killTree(run.pid);
      assert.equal((await run.ended).signal, "SIGKILL");
      accepted(await restore(cluster));
      await expectBack(cluster, 1, ran);
    });

    void test("destroy leaves nothing", async () => {
      await cluster.site.destroy();
      assert.deepEqual(await cluster.vms(), []);
    });
  });

  void describe("three, behind a virtual address", () => {
    let cluster: KubernetesCluster;
    let ran: string[];

    before(async () => {
      cluster = await stand("trio", 3);
      ran = await containers(cluster);
    });

    void test("come back as three, by one command, where they were", async () => {
      accepted(await cluster.site.slipway("snapshot", cluster.name, "--output", snapshot));
      await cluster.kubectl("create", "configmap", "later", `--namespace=${namespace}`);
      await destroyControlPlanes(cluster);
      accepted(await restore(cluster));
      await expectBack(cluster, 3, ran);
    });

    void test("destroy leaves nothing", async () => {
      await cluster.site.destroy();
      assert.deepEqual(await cluster.vms(), []);
    });
  });
});
