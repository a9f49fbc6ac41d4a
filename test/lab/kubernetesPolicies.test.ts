/** The policy pack on Kubernetes, before an update and at the API server. */
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { stringify } from "yaml";
import { brokenServices } from "../support/brokenVariants";
import { KubernetesCluster } from "../support/kubernetesCluster";
import { expectStopped, guarded, withPack } from "../support/policies";
import type { Site } from "../support/site";
import { standUpLab, takeDownLab } from "../support/testLab";

const checkout = path.resolve(__dirname, "../..");

void describe("the policy pack on Kubernetes", { timeout: 40 * 60_000 }, () => {
  let cluster: KubernetesCluster;
  let lab: Awaited<ReturnType<typeof guarded>>;
  let hello: Site;

  const pod = (name: string, namespace: string, container: object = {}, spec: object = {}) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      securityContext: { runAsUser: 65534, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name,
          image: `${lab.env.SLIPWAY_LAB_REGISTRY ?? ""}/busybox:1.35.0`,
          command: ["sleep", "3600"],
          resources: { limits: { cpu: "50m", memory: "16Mi" } },
          readinessProbe: { exec: { command: ["true"] } },
          livenessProbe: { exec: { command: ["true"] } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          ...container,
        },
      ],
      ...spec,
    },
  });

  before(async () => {
    lab = await guarded(await standUpLab("kubernetes"), [], { admission: true });
    cluster = await KubernetesCluster.create(lab, "guarded");
  });

  after(async () => {
    await takeDownLab();
    await cluster.remove();
  });

  void test("lets the samples stand up, cluster and application, with the rules at admission", async () => {
    await cluster.site.up(...withPack);
    await cluster.expectSettled();
    hello = await cluster.site.sibling("hello-guarded", {
      "slipway:stack": path.join(checkout, "stacks/hello/stack.yml"),
      "slipway:environment": "kube",
      "slipway:application": "hello",
      "slipway:cluster": cluster.name,
      "slipway:version": "1.0.0",
      "slipway:registry": lab.env.SLIPWAY_LAB_REGISTRY ?? "",
    });
    await hello.up(...withPack);
    const { items } = await cluster.get<{
      items: { metadata: { name: string }; status?: object }[];
    }>("validatingadmissionpolicies");
    const ours = items.filter(({ metadata }) => metadata.name.startsWith("slipway-slw-"));
    assert.ok(ours.length > 20, `${ours.length} policies`);
  });

  void test("lets a careful pod in that somebody makes by hand", async () => {
    await cluster.tryCreate(pod("careful", "hello"));
  });

  const refused: Readonly<Record<string, readonly [container: object, spec?: object]>> = {
    "SLW-APP-001": [{ image: "busybox:latest" }],
    // Without reservations it would break SLW-APP-005 too, and the API server names one of the two.
    "SLW-APP-004": [{ resources: { requests: { cpu: "50m", memory: "16Mi" } } }],
    "SLW-APP-006": [{ readinessProbe: null }],
    "SLW-APP-007": [{ livenessProbe: null }],
    "SLW-APP-012": [
      {},
      { securityContext: { runAsUser: 0, seccompProfile: { type: "RuntimeDefault" } } },
    ],
    "SLW-APP-013": [
      { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } },
    ],
    "SLW-APP-014": [
      { securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true } },
    ],
    "SLW-APP-015": [{ env: [{ name: "DB_PASSWORD", value: "hush" }] }],
    "SLW-APP-021": [
      {
        env: [
          { name: "A", value: "1" },
          { name: "A", value: "2" },
        ],
      },
    ],
    "SLW-APP-024": [{}, { terminationGracePeriodSeconds: 7200 }],
    "SLW-APP-026": [
      { securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } } },
    ],
    "SLW-APP-027": [{}, { securityContext: { runAsUser: 65534 } }],
    "SLW-APP-028": [{}, { automountServiceAccountToken: true }],
  };
  for (const [rule, [container, spec]] of Object.entries(refused)) {
    void test(`keeps out by hand what breaks ${rule}`, async () => {
      await assert.rejects(
        cluster.tryCreate(pod("careless", "hello", container, spec)),
        new RegExp(rule),
      );
    });
  }

  void test("keeps out what holds a sensitive path, in a namespace without Pod Security", async () => {
    for (const held of ["/var", "//etc"]) {
      const volumes = [{ name: "x", hostPath: { path: held } }];
      await assert.rejects(
        cluster.tryCreate(pod("careless", "default", {}, { volumes })),
        /SLW-APP-011/,
      );
    }
    const volumes = [{ name: "x", hostPath: { path: "/srv/shop" } }];
    await cluster.tryCreate(pod("careful", "default", {}, { volumes }));
  });

  void test("keeps kubectl debug from putting more rights into a running pod", async () => {
    const { items } = await cluster.get<{ items: { metadata: { name: string } }[] }>(
      "pods",
      "--namespace=hello",
    );
    const [running] = items;
    const image = `${lab.env.SLIPWAY_LAB_REGISTRY ?? ""}/busybox:1.35.0`;
    // Pod Security, which the namespaces of applications have, lets this one through.
    const debug = ["debug", "--namespace=hello", "--profile=baseline", `--image=${image}`];
    const name = running?.metadata.name ?? assert.fail("hello has no pod");
    // Of several rules that it breaks the API server names one.
    await assert.rejects(cluster.kubectl(...debug, name, "--", "true"), /denied request: SLW-APP-/);
  });

  void test("leaves the cluster's own namespaces alone", async () => {
    await cluster.tryCreate(pod("own", "kube-system", { resources: {} }));
  });

  void test("stops what breaks each rule, before anything changes", async () => {
    const before = await cluster.namespaces();
    const site = await cluster.site.sibling("careless-test", {
      "slipway:stack": "careless.yml",
      "slipway:application": "careless",
      "slipway:cluster": cluster.name,
      "slipway:version": "1.0.0",
      "slipway:registry": lab.env.SLIPWAY_LAB_REGISTRY ?? "",
    });
    const oneNode = `${cluster.name}-workers-0-g1`;
    const set = ["config", "set", "--stack", site.stack, "--path"];
    await site.must(...set, "slipway:variables.ONE_NODE", oneNode);
    const { file, parameters, expected } = brokenServices("kubernetes");
    await lab.decide({ levels: { "SLW-APP-003": "mandatory" }, parameters });
    await site.write("careless.yml", stringify(file));
    await expectStopped(site, expected);
    assert.deepEqual(await cluster.namespaces(), before);
  });
});
