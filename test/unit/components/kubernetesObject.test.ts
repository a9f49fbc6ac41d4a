import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { KubernetesObject, KubernetesProvider } from "../../../components/kubernetes";
import { typeToken } from "../../../components/kubernetes/object";
import { partNamed } from "../../../tools/parts";
import { resource, runProgram } from "./support/program";

const made = (build: (provider: pulumi.ProviderResource) => void) =>
  runProgram(() => {
    build(new KubernetesProvider("lab", { kubeconfig: "the kubeconfig", clusterId: "uid" }));
    return Promise.resolve({});
  }, {});

describe("types of objects", () => {
  // As @pulumi/kubernetes 4.25.0 has them.
  const cases = [
    ["v1", "Secret", "kubernetes:core/v1:Secret"],
    ["apps/v1", "Deployment", "kubernetes:apps/v1:Deployment"],
    ["networking.k8s.io/v1", "Ingress", "kubernetes:networking.k8s.io/v1:Ingress"],
    ["policy/v1", "PodDisruptionBudget", "kubernetes:policy/v1:PodDisruptionBudget"],
    [
      "autoscaling/v2",
      "HorizontalPodAutoscaler",
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    ],
    ["apiregistration.k8s.io/v1", "APIService", "kubernetes:apiregistration.k8s.io/v1:APIService"],
  ] as const;
  for (const [apiVersion, kind, token] of cases) {
    test(token, () => {
      assert.equal(typeToken({ apiVersion, kind }), token);
    });
  }
});

describe("an object", () => {
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop" },
    spec: { replicas: 2 },
  };

  test("is sent as it stands, to the plugin of the tool chain", async () => {
    const run = await made((provider) => new KubernetesObject("web", deployment, { provider }));
    const { inputs, version, provider } = resource(run, "Deployment", "web");
    assert.deepEqual(inputs, deployment);
    assert.equal(version, partNamed("pulumi-resource-kubernetes").version);
    assert.match(provider, /pulumi:providers:kubernetes::lab::/);
  });

  test("may have values that other resources know", async () => {
    const run = await made((provider) => {
      const spec = { replicas: pulumi.output(3) };
      new KubernetesObject("web", { ...deployment, spec }, { provider });
    });
    assert.deepEqual(resource(run, "Deployment", "web").inputs.spec, { replicas: 3 });
  });

  test("of the kind Secret keeps its data a secret, in inputs and outputs", async () => {
    const run = await made((provider) => {
      const secret = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "key", namespace: "shop" },
        data: { key: "a2V5" },
      };
      new KubernetesObject("key", secret, { provider, additionalSecretOutputs: ["type"] });
    });
    const made1 = resource(run, "Secret", "key");
    assert.deepEqual(made1.secrets, ["data"]);
    assert.deepEqual(made1.additionalSecretOutputs, ["type", "data", "stringData"]);
    assert.equal("stringData" in made1.inputs, false);
  });
});

test("a connection says each setting that the environment could change otherwise", async () => {
  const run = await made(() => undefined);
  const { inputs, secrets, version } = resource(run, "kubernetes", "lab");
  const { kubeconfig, ...rest } = inputs;
  assert.ok(kubeconfig);
  assert.deepEqual(secrets, ["kubeconfig"]);
  assert.deepEqual(rest, {
    clusterIdentifier: "uid",
    enableServerSideApply: "true",
    deleteUnreachable: "false",
    skipUpdateUnreachable: "false",
    enableConfigMapMutable: "false",
    enableSecretMutable: "false",
  });
  assert.equal(version, partNamed("pulumi-resource-kubernetes").version);
});
