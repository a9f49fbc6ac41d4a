import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pathOf } from "../../../cli/deploy/kubernetes/deployed";
import { objectDrift } from "../../../cli/deploy/kubernetes/drift";
import {
  fieldPaths,
  foreignFields,
  withoutFields,
  type FieldSet,
  type ManagedFields,
} from "../../../cli/deploy/kubernetes/fields";
import { revealed } from "../../../cli/pulumi/secrets";

const leaf: FieldSet = {};
const env = (...names: readonly string[]): FieldSet => ({
  "f:spec": {
    "f:template": {
      "f:spec": {
        "f:containers": {
          'k:{"name":"api"}': {
            "f:env": Object.fromEntries(
              names.map((name) => [
                `k:{"name":"${name}"}`,
                { ".": leaf, "f:name": leaf, "f:value": leaf },
              ]),
            ),
          },
        },
      },
    },
  },
});
const ours = (fieldsV1: FieldSet): ManagedFields => ({
  manager: "pulumi-kubernetes-340d4bac",
  fieldsV1,
});
const theirs = (fieldsV1: FieldSet, more: Partial<ManagedFields> = {}): ManagedFields => ({
  manager: "kubectl",
  fieldsV1,
  ...more,
});
const replicas: FieldSet = { "f:spec": { "f:replicas": leaf } };
const urn =
  "urn:pulumi:shop-prod::slipway::kubernetes:apps/v1:Deployment::shop-prod-deployment-api";

function drift(
  before: readonly ManagedFields[],
  now: readonly ManagedFields[] | undefined,
  values: { readonly was?: object; readonly is?: object; readonly type?: string } = {},
): string | undefined {
  const { was = {}, is = {}, type = "kubernetes:apps/v1:Deployment" } = values;
  return objectDrift(
    { urn, type, outputs: { metadata: { managedFields: before }, ...was } },
    now && { metadata: { managedFields: now }, ...is },
  )?.text;
}

describe("what somebody else does to an object of a deployment", () => {
  test("is nothing while Slipway's fields are its own", () => {
    const controller = theirs(
      { "f:spec": { "f:volumeName": leaf }, "f:metadata": { "f:annotations": leaf } },
      { manager: "kube-controller-manager" },
    );
    const status = theirs({ "f:spec": leaf }, { subresource: "status" });
    assert.equal(drift([ours(replicas)], [ours(replicas), controller, status]), undefined);
  });

  test("is told with both values where a field has another one", () => {
    const text = drift([ours(replicas)], [ours({}), theirs(replicas, { subresource: "scale" })], {
      was: { spec: { replicas: 3 } },
      is: { spec: { replicas: 1 } },
    });
    assert.equal(
      text,
      "shop-prod-deployment-api was changed by somebody else: spec.replicas: 3 → 1",
    );
  });

  test("is told where a field was taken away", () => {
    const text = drift([ours(env("A", "B"))], [ours(env("A"))], {
      was: {
        spec: {
          template: { spec: { containers: [{ name: "api", env: [{ name: "B", value: "x" }] }] } },
        },
      },
    });
    assert.match(
      text ?? "",
      /spec\.template\.spec\.containers\[api\]\.env\[B\]: \{"name":"B","value":"x"\} → nothing$/,
    );
  });

  test("is told without its value where a field was added: it may be a secret", () => {
    const text = drift([ours(env("A"))], [ours(env("A")), theirs(env("DEBUG"))]);
    assert.match(text ?? "", /spec\.template\.spec\.containers\[api\]\.env\[DEBUG\] was added$/);
  });

  test("is told without values where it is a Secret", () => {
    const data: FieldSet = { "f:data": { "f:key": leaf } };
    const text = drift([ours(data)], [ours({}), theirs(data)], {
      type: "kubernetes:core/v1:Secret",
      was: { data: { key: "b2xk" } },
      is: { data: { key: "bmV3" } },
    });
    assert.equal(text, "shop-prod-deployment-api was changed by somebody else: data.key");
  });

  test("is told where it was removed", () => {
    assert.equal(
      drift([ours(replicas)], undefined),
      "shop-prod-deployment-api was removed by somebody else",
    );
  });

  test("is no change where pods were only started again", () => {
    const annotations = (set: FieldSet): FieldSet => ({
      "f:spec": { "f:template": { "f:metadata": { "f:annotations": set } } },
    });
    const restart = { ".": leaf, "f:kubectl.kubernetes.io/restartedAt": leaf };
    const begun = theirs(annotations(restart), { manager: "kubectl-rollout" });
    assert.equal(drift([ours(replicas)], [ours(replicas), begun]), undefined);
    const more = theirs(annotations({ ...restart, "f:owner": leaf }));
    assert.match(drift([ours(replicas)], [ours(replicas), more]) ?? "", /annotations was added$/);
  });
});

describe("fields that somebody else has added", () => {
  const object = {
    metadata: { labels: { app: "shop", by: "hand" } },
    spec: {
      finalizers: ["a", "b"],
      template: {
        spec: { containers: [{ name: "api", env: [{ name: "A" }, { name: "DEBUG" }] }] },
      },
    },
  };

  test("are taken out, and nothing else", () => {
    const added = foreignFields([
      ours(env("A")),
      theirs(env("A", "DEBUG")),
      theirs({
        "f:metadata": { "f:labels": { "f:by": leaf }, "f:annotations": { "f:x": leaf } },
        "f:spec": { "f:finalizers": { 'v:"b"': leaf } },
        "f:status": leaf,
      }),
    ]);
    assert.deepEqual(
      fieldPaths(added)
        .map(({ path }) => path)
        .sort(),
      [
        "metadata.labels.by",
        'spec.finalizers["b"]',
        "spec.template.spec.containers[api].env[DEBUG]",
      ],
    );
    assert.deepEqual(withoutFields(object, added), {
      metadata: { labels: { app: "shop" } },
      spec: {
        finalizers: ["a"],
        template: { spec: { containers: [{ name: "api", env: [{ name: "A" }] }] } },
      },
    });
  });
});

test("objects are found under the API server's names", () => {
  const of = (apiVersion: string, kind: string, namespace?: string) =>
    pathOf({ apiVersion, kind, metadata: { name: "web", ...(namespace && { namespace }) } });
  assert.equal(of("v1", "Namespace"), "/api/v1/namespaces/web");
  assert.equal(
    of("apps/v1", "Deployment", "shop"),
    "/apis/apps/v1/namespaces/shop/deployments/web",
  );
  assert.equal(
    of("networking.k8s.io/v1", "NetworkPolicy", "shop"),
    "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/web",
  );
  assert.equal(
    of("networking.k8s.io/v1", "Ingress", "shop"),
    "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/web",
  );
});

test("secrets of an exported state are values again, also those in others", () => {
  const secret = (plaintext: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(plaintext),
  });
  assert.deepEqual(revealed({ a: [secret({ b: secret("c") })], d: 1, plaintext: "no" }), {
    a: [{ b: "c" }],
    d: 1,
    plaintext: "no",
  });
});
