import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { fileTexts, filesOf, programsOf } from "../../../components/logging/files";
import {
  filesSecret,
  loggingBase,
  namespaceOf,
  places,
  senders,
  storeObjects,
  type KubernetesLoggingSettings,
} from "../../../components/logging/kubernetes/plan";
import type { Objects } from "../../../components/kubernetes/objects";
import { assertGolden } from "../spec/golden";
import { cases, identity, settingsOf, type LoggingCase } from "./support";

/** Where a linter and the lab's API server look at all parts of a cluster. */
const addons = path.join(__dirname, "../../fixtures/kubernetes-addons");

const settings = (name: LoggingCase): KubernetesLoggingSettings => ({
  ...settingsOf(name, "kubernetes"),
  mirror: "hub.test",
  cpus: 4,
  monitoringNamespace: "slipway-monitoring",
  grafanaNamespace: "slipway-grafana",
});

const objects = (name: LoggingCase): Objects => {
  const of = settings(name);
  const secrets = Object.fromEntries(
    programsOf(of.spec).map((program) => [program, `${program}-0123456789`]),
  );
  return {
    namespace: namespaceOf(),
    ...loggingBase(of),
    ...storeObjects(of, secrets),
    ...senders(of, secrets),
  };
};

interface Container {
  readonly name: string;
  readonly resources: { readonly limits: Readonly<Record<string, string>> };
  readonly securityContext: {
    readonly allowPrivilegeEscalation: boolean;
    readonly capabilities: { readonly drop: readonly string[] };
  };
}

const containers = (name: LoggingCase) =>
  Object.values(objects(name)).flatMap(({ spec }) => {
    const { template } = (spec ?? {}) as {
      template?: { spec: { containers: readonly Container[] } };
    };
    return template?.spec.containers ?? [];
  });

void describe("logging of Kubernetes", () => {
  for (const name of cases)
    void test(`${name}: objects`, () => {
      assertGolden(
        path.join(addons, name === "plain" ? "logging.json" : `logging-${name}.json`),
        `${JSON.stringify(objects(name), null, 2)}\n`,
      );
    });

  void test("has limits of CPU and memory on every container, and no right beyond its own", () => {
    for (const name of cases) {
      assert.ok(containers(name).length > 0);
      for (const { name: container, resources, securityContext } of containers(name)) {
        assert.deepEqual(Object.keys(resources.limits), ["cpu", "memory"], container);
        assert.equal(securityContext.allowPrivilegeEscalation, false, container);
        assert.deepEqual(securityContext.capabilities.drop, ["ALL"], container);
      }
    }
  });

  void test("collectors read what pods are there, and nothing else of the cluster", () => {
    const { rules } = objects("plain")["collector-role"] as unknown as {
      rules: readonly { resources: readonly string[]; verbs: readonly string[] }[];
    };
    assert.deepEqual(rules, [
      {
        apiGroups: [""],
        resources: ["pods", "namespaces", "nodes"],
        verbs: ["get", "list", "watch"],
      },
    ]);
  });

  void test("each program has its own files as a Secret, and no other's", () => {
    const of = settings("full");
    const texts = fileTexts(of, {}, places, identity);
    for (const program of programsOf(of.spec)) {
      const { data, immutable } = filesSecret(program, of, texts, "salt");
      assert.equal(immutable, true);
      assert.deepEqual(Object.keys(data), filesOf(program, of));
      for (const [key, value] of Object.entries(data))
        assert.equal(Buffer.from(value, "base64").toString(), texts[key]);
    }
    assert.ok(!filesOf("collector", of).some((key) => /internal_users|tls\.key|keeper/.test(key)));
  });
});
