import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { kubernetesRoutes } from "../../../components/ingress/kubernetes";
import { nodeAffinity } from "../../../components/kubernetes/placement";
import { ingressObjects } from "../../../components/ingress/kubernetes/plan";
import { goodbye } from "../../../components/ingress/traefikConfig";
import type { KubernetesIngressSpec } from "../../../components/spec";
import { certificateFor } from "../ingress/support";
import { assertGolden } from "../spec/golden";
import { runCluster } from "./support/cluster";
import { kubernetesYml } from "./support/kubernetes";
import { inventory } from "./support/program";

const golden = path.join(__dirname, "../../fixtures/kubernetes-addons");

const plain: KubernetesIngressSpec = {
  httpPort: 80,
  httpsPort: 443,
  statusPort: 8082,
  placement: ["node.role == worker"],
  trustedProxies: [],
  accessLog: false,
  dashboard: false,
};
const full: KubernetesIngressSpec = {
  ...plain,
  httpsPort: 8443,
  placement: ["node.labels.ingress == yes"],
  trustedProxies: ["10.1.0.0/24"],
  accessLog: true,
  dashboard: true,
  tls: { certificate: { path: "apps.pem", pem: "a certificate" }, minVersion: "1.3" },
  image: "registry.test/traefik:mine",
};
const mirror = "registry.test/hub";
const cases = {
  plain: ingressObjects({ spec: plain, mirror, salt: "salt" }),
  full: ingressObjects({ spec: full, mirror, tlsKey: "a key", salt: "salt" }),
};

interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly serviceAccountName: string;
  readonly containers: readonly {
    readonly image: string;
    readonly ports: readonly { readonly containerPort: number; readonly hostPort: number }[];
    readonly securityContext: { readonly capabilities: object; readonly runAsNonRoot: boolean };
  }[];
}
const podOf = (objects: typeof cases.plain) =>
  (objects.daemon as unknown as { spec: { template: { spec: Pod } } }).spec.template.spec;

describe("the ingress as Kubernetes objects", () => {
  for (const [name, objects] of Object.entries(cases)) {
    test(name, () => {
      const file = path.join(golden, `ingress.${name}.json`);
      assertGolden(file, `${JSON.stringify(objects, null, 2)}\n`);
    });
    for (const file of ["traefik.yml", "dynamic.yml", "haproxy.cfg"]) {
      test(`${name}: ${file}`, () => {
        const { data } = objects.configuration as unknown as { data: Record<string, string> };
        assertGolden(path.join(golden, `ingress.${name}.${file}`), data[file] ?? "");
      });
    }
  }

  test("takes the nodes' ports without any right", () => {
    const [traefik] = podOf(cases.full).containers;
    assert.deepEqual(
      traefik?.ports.map(({ hostPort, containerPort }) => [hostPort, containerPort]),
      [
        [80, 8000],
        [8443, 8443],
        [8082, 8080],
      ],
    );
    assert.deepEqual(traefik.securityContext.capabilities, { drop: ["ALL"] });
    assert.equal(traefik.securityContext.runAsNonRoot, true);
    assert.equal(traefik.image, "registry.test/traefik:mine");
  });

  test("Traefik is killed after it has finished, not before", () => {
    const { terminationGracePeriodSeconds } = podOf(cases.plain);
    assert.ok(terminationGracePeriodSeconds > goodbye.acceptSeconds + goodbye.finishSeconds);
  });

  test("reads no Secrets beyond its own namespace", () => {
    const roles = Object.values(cases.full).filter(({ kind }) => kind.endsWith("Role"));
    const withSecrets = roles.filter((role) => JSON.stringify(role).includes('"secrets"'));
    assert.deepEqual(
      withSecrets.map(({ kind, metadata }) => [kind, metadata.namespace]),
      [["Role", "slipway-ingress"]],
    );
  });

  test("a load balancer's question is answered by a route that needs Kubernetes' answer first", () => {
    const { data } = cases.plain.configuration as unknown as { data: Record<string, string> };
    const { http } = parse(data["dynamic.yml"] ?? "") as {
      http: { services: Record<string, { weighted?: { services: { name: string }[] } }> };
    };
    const names = http.services["slipway-ready"]?.weighted?.services.map(({ name }) => name);
    const { metadata, spec } = cases.plain.service as unknown as {
      metadata: { name: string; namespace: string };
      spec: { ports: { name: string }[] };
    };
    assert.deepEqual(names, [
      "slipway-self",
      `${metadata.namespace}-${metadata.name}-${spec.ports[0]?.name ?? ""}@kubernetes`,
    ]);
  });

  test("a certificate without its key, or a key without its certificate, is a mistake", () => {
    const wrong = /certificate of the ingress and its key belong together/;
    assert.throws(() => ingressObjects({ spec: full, salt: "s" }), wrong);
    assert.throws(() => ingressObjects({ spec: plain, tlsKey: "a key", salt: "s" }), wrong);
  });

  test("no hash of the key alone is seen, and another key is another Secret", () => {
    const name = (tlsKey: string, salt: string) =>
      ingressObjects({ spec: full, tlsKey, salt }).certificate?.metadata.name;
    assert.notEqual(name("a key", "one"), name("a key", "two"));
    assert.notEqual(name("a key", "one"), name("another", "one"));
  });
});

describe("where it runs", () => {
  const expressions = (...constraints: string[]) => {
    const { affinity } = nodeAffinity(constraints, "placement") as {
      affinity?: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: { matchExpressions: unknown }[];
          };
        };
      };
    };
    return affinity?.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution
      .nodeSelectorTerms[0]?.matchExpressions;
  };
  const controlPlane = "node-role.kubernetes.io/control-plane";

  test("is on workers, on nodes with a label, or everywhere", () => {
    assert.deepEqual(expressions("node.role == worker"), [
      { key: controlPlane, operator: "DoesNotExist" },
    ]);
    assert.deepEqual(expressions("node.labels.zone==a", "node.role != worker"), [
      { key: "zone", operator: "In", values: ["a"] },
      { key: controlPlane, operator: "Exists" },
    ]);
    assert.equal(expressions(), undefined);
  });

  test("is never left open where Kubernetes can't ask for it", () => {
    assert.throws(() => nodeAffinity(["node.id == x"], "platform.ingress.placement"), {
      message: "platform.ingress.placement: Kubernetes has nothing like node.id == x",
    });
  });
});

describe("what applications are told", () => {
  test("of Slipway's own ingress: its class, middlewares, and who may ask their pods", () => {
    assert.deepEqual(kubernetesRoutes(plain), {
      className: "slipway",
      annotations: {},
      traefik: {
        namespace: "slipway-ingress",
        podLabels: { "app.kubernetes.io/name": "traefik" },
        entryPoints: { http: "http", https: "https" },
        middlewares: ["slipway-retry@file"],
        redirect: "slipway-redirect@file",
      },
    });
  });

  test("of a site's own: its class and annotations, and nothing of Traefik", () => {
    const external = { ingressClass: "nginx", annotations: { a: "b" } };
    assert.deepEqual(kubernetesRoutes({ external }), {
      className: "nginx",
      annotations: { a: "b" },
    });
  });
});

describe("a cluster with an ingress", () => {
  const withIngress = (text: string) =>
    runCluster({
      yml: kubernetesYml.replace("mirror:", `ingress: ${text}\n  mirror:`),
    });

  test("has its objects, and tells its ports", async () => {
    const run = await withIngress("{ httpPort: 8000 }");
    assert.deepEqual(
      inventory(run).filter((one) => one.includes("lab-ingress")),
      [
        "kubernetes:apps/v1:DaemonSet lab-ingress-daemon",
        "kubernetes:core/v1:ConfigMap lab-ingress-configuration",
        "kubernetes:core/v1:Namespace lab-ingress-namespace",
        "kubernetes:core/v1:Service lab-ingress-service",
        "kubernetes:core/v1:ServiceAccount lab-ingress-account",
        "kubernetes:networking.k8s.io/v1:Ingress lab-ingress-ready",
        "kubernetes:networking.k8s.io/v1:IngressClass lab-ingress-class",
        "kubernetes:policy/v1:PodDisruptionBudget lab-ingress-budget",
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole lab-ingress-role",
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding lab-ingress-binding",
        "kubernetes:rbac.authorization.k8s.io/v1:Role lab-ingress-own-secrets",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding lab-ingress-own-secrets-binding",
        "slipway:ingress:KubernetesIngress lab-ingress",
      ],
    );
    assert.deepEqual(run.outputs.ingress, {
      ...kubernetesRoutes(plain),
      ports: { http: 8000, https: 443, status: 8082 },
    });
  });

  test("of the site's own has none, and tells its class", async () => {
    const run = await withIngress("{ external: { ingressClass: nginx } }");
    assert.ok(!inventory(run).some((one) => one.includes("lab-ingress")));
    assert.deepEqual(run.outputs.ingress, { className: "nginx", annotations: {} });
  });

  test("refuses a certificate without its key, before anything is made", async () => {
    const { writeFileSync, mkdtempSync } = await import("node:fs");
    const { tmpdir } = await import("node:os");
    const file = path.join(mkdtempSync(path.join(tmpdir(), "slipway-ingress-")), "apps.pem");
    const { certificate } = await certificateFor(["shop.test"]);
    writeFileSync(file, certificate);
    await assert.rejects(withIngress(`{ tls: { certificate: ${file} } }`), {
      message: /^slipway:ingressTlsKey is missing, and platform\.ingress\.tls needs it/,
    });
  });
});
