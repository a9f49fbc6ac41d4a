import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import {
  monitoringObjects,
  type KubernetesMonitoringSettings,
} from "../../../components/monitoring/kubernetes/plan";
import type { FileSecrets } from "../../../components/monitoring/secrets";
import type { MonitoringSpec } from "../../../components/spec";
import { assertGolden } from "../spec/golden";
import { cases, full, plain, secrets } from "./settings";

const fixtures = path.join(__dirname, "../../fixtures");

function settings(spec: MonitoringSpec, known: FileSecrets): KubernetesMonitoringSettings {
  return {
    clusterName: "kube",
    spec,
    mirror: "registry.test/hub",
    machines: 3,
    ingress: true,
    logging: { store: true, gateway: true },
    ownRegistry: true,
    caCertificates: ["an authority\n"],
    secrets: known,
  };
}

interface Workload {
  readonly kind: string;
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly nodeSelector?: object;
        readonly containers: readonly {
          readonly name: string;
          readonly resources: { readonly limits?: { cpu?: string; memory?: string } };
        }[];
      };
    };
    readonly volumeClaimTemplates?: readonly {
      readonly spec: { resources: { requests: object }; storageClassName?: string };
    }[];
  };
}

function workloads(spec: MonitoringSpec): Readonly<Record<string, Workload>> {
  const kinds = ["Deployment", "StatefulSet", "DaemonSet"];
  return Object.fromEntries(
    Object.entries(monitoringObjects(settings(spec, secrets)))
      .filter(([, { kind }]) => kinds.includes(kind))
      .map(([key, object]) => [key, object as unknown as Workload]),
  );
}

describe("monitoring of a Kubernetes cluster", () => {
  for (const { title, spec, secrets: known } of cases)
    test(title, () => {
      const objects = monitoringObjects(settings(spec, known));
      const name = title === "plain" ? "monitoring" : `monitoring-${title}`;
      assertGolden(
        path.join(fixtures, "kubernetes-addons", `${name}.json`),
        `${JSON.stringify(objects, null, 2)}\n`,
      );
    });

  test("Prometheus' configuration", () => {
    const made = monitoringObjects(settings(full, secrets))["prometheus-configuration"];
    const text = (made?.data as Record<string, string>)["prometheus.yml"] ?? "";
    assertGolden(path.join(fixtures, "monitoring/kubernetes.full.prometheus.yml"), text);
  });

  test("has limits of CPU and memory on every container", () => {
    for (const [key, { spec }] of Object.entries(workloads(full)))
      for (const { resources } of spec.template.spec.containers)
        assert.ok(resources.limits?.cpu && resources.limits.memory, key);
  });

  test("asks for room as the file says, on its machine and of its storage class", () => {
    const made = workloads({
      ...plain,
      storage: { node: "workers-1", sizeGiB: 7, storageClass: "fast" },
    });
    const { spec } = made.prometheus ?? assert.fail("there is no Prometheus");
    assert.deepEqual(spec.template.spec.nodeSelector, { "slipway.machine": "workers-1" });
    const [claim] = spec.volumeClaimTemplates ?? [];
    assert.deepEqual(claim?.spec.resources.requests, { storage: "7168Mi" });
    assert.equal(claim.spec.storageClassName, "fast");
  });

  test("reads, and changes nothing: no role has another right", () => {
    const rights = Object.values(monitoringObjects(settings(full, secrets)))
      .filter(({ kind }) => kind === "ClusterRole")
      .flatMap(({ rules }) => rules as { verbs: string[]; resources?: string[] }[]);
    assert.ok(rights.length > 0);
    for (const { verbs, resources = [] } of rights) {
      for (const verb of verbs) assert.match(verb, /^(get|list|watch)$/);
      assert.ok(!resources.includes("secrets"));
    }
  });

  test("shows no secret but in Secrets", () => {
    const objects = Object.values(monitoringObjects(settings(full, secrets)));
    const visible = JSON.stringify(objects.filter(({ kind }) => kind !== "Secret"));
    for (const secret of ["mail-password", "pager-password", "heartbeat-token", "secret-part"])
      assert.ok(!visible.includes(secret));
  });
});
