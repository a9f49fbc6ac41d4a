/** Versioned rollouts on Kubernetes, from the same file and with the same tests as on a Swarm. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { applicationSuite, expectDone, expectFailed } from "../support/applicationSuite";
import { jobRuns } from "../support/cronJob";
import { KubernetesCluster } from "../support/kubernetesCluster";
import { KubernetesOrchestration } from "../support/kubernetesOrchestration";

applicationSuite(
  "an application behind the ingress of a Kubernetes cluster",
  "kubernetes",
  async (lab) => {
    const cluster = await KubernetesCluster.create(lab, "shops");
    await cluster.site.up();
    await cluster.expectSettled();
    return new KubernetesOrchestration(cluster);
  },
  (shops) => {
    void test("what shares no network of the file can't talk, and what shares one can", async () => {
      const { lab, orchestration } = shops();
      const { cluster } = orchestration;
      const store = await cluster.get<{ status: { podIP: string } }>(
        "pod/store-0",
        "--namespace=shop-dev",
      );
      const reaches = `nc -w 3 ${store.status.podIP} 8080 < /dev/null`;
      // Rules for a new pod come a moment after it, both those that let it in and those that keep it out.
      const gets = `for n in $(seq 30); do ${reaches} && exit 0; sleep 1; done; exit 1`;
      const isKeptOut = `kept=0; for n in $(seq 30); do
        if ${reaches}; then kept=0; sleep 1; else kept=$((kept + 1)); [ $kept -eq 3 ] && exit 0; fi
      done; exit 1`;
      const visitor = (name: string, network: string, command: string) => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
          name,
          namespace: "shop-dev",
          labels: { [`network.slipway/${network}`]: "yes" },
        },
        spec: {
          restartPolicy: "Never",
          containers: [
            {
              name,
              image: `${lab.env.SLIPWAY_LAB_REGISTRY ?? ""}/busybox:1.35.0`,
              command: ["sh", "-c", command],
            },
          ],
        },
      });
      await cluster.apply(
        visitor("colleague", "backend", gets),
        visitor("stranger", "frontend", isKeptOut),
      );
      for (const pod of ["colleague", "stranger"])
        await cluster.kubectl(
          "wait",
          `pod/${pod}`,
          "--namespace=shop-dev",
          "--for=jsonpath={.status.phase}=Succeeded",
          "--timeout=180s",
        );
      await cluster.kubectl("delete", "pod", "colleague", "stranger", "--namespace=shop-dev");
    });

    void test("a job runs at its times, which is no change of the application, and goes with the next release", async () => {
      const { orchestration, dev } = shops();
      const { cluster } = orchestration;
      const scheduled = (version: string, schedule?: string) =>
        dev.define((yml) => {
          const jobs = yml["x-slipway"].jobs as Record<string, unknown>;
          yml["x-slipway"].version = version;
          if (schedule === undefined) Reflect.deleteProperty(jobs, "stocktake");
          else
            jobs.stocktake = { when: "schedule", service: "api", command: ["migrate"], schedule };
        });
      await scheduled("2.0.0", "*/20 * * * * *");
      expectFailed(
        await dev.deploy(),
        2,
        /stack\.yml:\d+:\d+ x-slipway\.jobs\.stocktake\.schedule: /,
      );
      await scheduled("2.0.0", "* * * * *");
      expectDone(await dev.deploy());
      for (const said of await jobRuns(cluster, "shop-dev", "job-stocktake"))
        assert.match(said, /the store has/);
      assert.deepEqual(await dev.site.changes(), []);
      await dev.site.refreshShowsNoChange();
      await scheduled("2.1.0");
      expectDone(await dev.deploy());
      const left = await cluster.kubectl("get", "cronjobs", "--namespace=shop-dev", "-o=name");
      assert.equal(left, "");
    });

    void test("destroyed, it leaves its volume and nothing else", async () => {
      const { orchestration, prod } = shops();
      const { cluster } = orchestration;
      await prod.site.destroy();
      const kinds = "all,configmaps,secrets,networkpolicies,ingresses,poddisruptionbudgets";
      const left = await cluster.kubectl("get", kinds, "--namespace=shop-prod", "-o=name");
      assert.deepEqual(
        left.split("\n").filter((name) => name !== "" && name !== "configmap/kube-root-ca.crt"),
        [],
      );
      const claims = await cluster.kubectl("get", "pvc", "--namespace=shop-prod", "-o=name");
      assert.match(claims, /persistentvolumeclaim\/data/);
    });
  },
);
