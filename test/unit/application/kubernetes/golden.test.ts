import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { stringify } from "yaml";
import {
  kubernetesFindings,
  kubernetesObjects,
  type KubernetesArgs,
} from "../../../../components/application/kubernetes";
import { supportFindings } from "../../../../components/spec";
import { assertGolden } from "../../spec/golden";
import { plan } from "../support/compose";
import { full } from "./full";
import { definitionsFile, Shapes } from "./openapi";
import { args, shop } from "./support";

const fixtures = path.join(__dirname, "../../../fixtures/application/kubernetes");

/** Objects as one reads them, each with its place in the order. */
function rendered(of: KubernetesArgs): string {
  return kubernetesObjects(of)
    .map(({ key, object, after, isKept, isSecret }) => {
      const notes = [
        ...(after.length > 0 ? [`after ${after.join(", ")}`] : []),
        ...(isKept ? ["stays when the application goes"] : []),
        ...(isSecret ? ["secret"] : []),
      ];
      const text = stringify(object, { aliasDuplicateObjects: false, lineWidth: 0 });
      return `# ${[key, ...notes].join("; ")}\n${text}`;
    })
    .join("---\n");
}

const everything: readonly (readonly [string, KubernetesArgs])[] = [
  ["shop-dev", shop("dev")],
  ["shop-prod", shop("prod")],
  ["full", full()],
  ["full.restricted", restricted(full())],
];

function restricted(of: KubernetesArgs): KubernetesArgs {
  const { project } = of.plan;
  const own = { ...project["x-slipway"], podSecurity: "restricted" } as const;
  return { ...of, plan: { ...of.plan, project: { ...project, "x-slipway": own } } };
}

describe("an application as Kubernetes objects", () => {
  for (const [name, of] of everything) {
    test(`${name} is what its golden file says`, () => {
      assertGolden(path.join(fixtures, `${name}.yml`), rendered(of));
    });
  }

  test("is the same whatever order the file has names in", () => {
    const of = shop("prod");
    const { services, networks = {}, ...rest } = of.plan.project;
    const turned = <T>(record: Readonly<Record<string, T>>) =>
      Object.fromEntries(Object.entries(record).reverse());
    const project = { ...rest, services: turned(services), networks: turned(networks) };
    const byKey = (all: KubernetesArgs) =>
      new Map(kubernetesObjects(all).map(({ key, object }) => [key, object]));
    assert.deepEqual(byKey({ ...of, plan: { ...of.plan, project } }), byKey(of));
  });

  test("names only keys that stand before", () => {
    for (const [name, of] of everything) {
      const seen = new Set<string>();
      for (const { key, after } of kubernetesObjects(of)) {
        for (const other of after) assert.ok(seen.has(other), `${name}: ${key} after ${other}`);
        assert.ok(!seen.has(key), `${name}: ${key} twice`);
        seen.add(key);
      }
    }
  });

  test("has no name twice", () => {
    for (const [, of] of everything) {
      const names = kubernetesObjects(of).map(
        ({ object: { kind, metadata } }) => `${kind}/${metadata.name}`,
      );
      assert.deepEqual(names, [...new Set(names)]);
    }
  });
});

describe("the sample application", () => {
  for (const environment of ["dev", "prod"] as const) {
    test(`deploys to ${environment} without a word`, () => {
      const of = shop(environment);
      assert.deepEqual(kubernetesFindings(of), []);
      assert.deepEqual(supportFindings(of.plan.project, "kubernetes", "/nowhere"), []);
    });
  }
});

describe("Kubernetes' own definitions take", () => {
  const file = definitionsFile();
  const skip = file === undefined && "Kubernetes is not in the Go module cache";
  const shapes = file === undefined ? undefined : new Shapes(file);
  for (const [name, of] of everything) {
    test(`every object of ${name}`, { skip }, () => {
      for (const { key, object } of kubernetesObjects(of))
        assert.deepEqual(shapes?.mistakes(object), [], key);
    });
  }

  test("no field that they do not know, and no wrong type", { skip }, () => {
    const [, of] = everything[0] ?? ["", args(plan().project)];
    const deployment = kubernetesObjects(of).find(({ key }) => key === "Deployment/web")?.object;
    assert.ok(deployment);
    const spec = { ...(deployment.spec as object), replicas: "two", repliccas: 2 };
    assert.equal(shapes?.mistakes({ ...deployment, spec }).length, 2);
  });
});
