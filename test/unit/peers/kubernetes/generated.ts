/** The objects that Slipway makes on a cluster, as the linter is asked about them. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { kubernetesObjects } from "../../../../components/application/kubernetes";
import { fileValues, loadCompose } from "../../../../components/spec";
import { admissionObjects } from "../../../../policies/admission/objects";
import { regimeOf } from "../../../../policies/settings/regime";
import { noSettings } from "../../../../policies/settings/settings";
import type { LintedObject } from "../../../peers/kubeScore";
import { args } from "../../application/kubernetes/support";
import { pinned, plan } from "../../application/support/compose";

export const origins = ["applications", "cluster"] as const;

/** Objects that stand together. */
export interface Generated {
  readonly name: string;
  /** Whether a stack file is behind them, or Slipway alone. */
  readonly from: (typeof origins)[number];
  readonly objects: readonly LintedObject[];
}

const checkout = path.join(__dirname, "../../../..");
const fixtures = path.join(checkout, "test/fixtures");

/** Exemptions have their last day; there are none here. */
const now = new Date("2026-11-22T00:00:00Z");

/** The sample applications in their environments, and one with what they have no need of. */
const applications: Readonly<Record<string, readonly string[]>> = {
  "shop-dev": ["stacks/shop/stack.yml", "stacks/shop/stack.dev.yml"],
  "shop-prod": ["stacks/shop/stack.yml", "stacks/shop/stack.prod.yml"],
  "shop-more": ["stacks/shop/stack.yml", "test/fixtures/kubernetes-lint/stack.more.yml"],
  "hello-kube": ["stacks/hello/stack.yml", "stacks/hello/stack.kube.yml"],
};

/** All of them. */
export function generated(): readonly Generated[] {
  return [
    ...Object.entries(applications).map(([name, files]) => application(name, files)),
    ...parts(),
    admission(),
  ];
}

/** What the API server holds of the policies, where nothing is set: the linter has no checks of these kinds. */
function admission(): Generated {
  const regime = regimeOf({ settings: noSettings, exemptions: [] }, "kube", now);
  const objects = admissionObjects({
    regime,
    exemptions: [],
    isOfHere: () => false,
    now,
    namespaces: ["slipway-ingress"],
  });
  return { name: "admission", from: "cluster", objects: Object.values(objects) };
}

function application(name: string, files: readonly string[]): Generated {
  const { project } = loadCompose(
    files.map((file) => path.join(checkout, file)),
    {
      projectName: name,
      variables: { REGISTRY: "registry.test", VERSION: "1.0.0", STORE_NODE: "lab-workers-0-g1" },
    },
  );
  const { configs, secrets } = fileValues(project, { SIGNING_KEY: "key" });
  // As their images have it.
  const user = "65534:65534";
  const images = Object.values(project.services).map(({ image = "" }) => image);
  const pins = images.map((image) => [image, { ...pinned(image), user }] as const);
  const planned = kubernetesObjects(
    args(project, {
      application: name,
      plan: { ...plan(project), images: Object.fromEntries(pins), configs, secrets },
    }),
  );
  return { name, from: "applications", objects: planned.map(({ object }) => object) };
}

/**
 * Every part of a cluster that has a golden file, which its own test holds to what the code makes: flannel, ingress and the
 * rest.
 */
function parts(): readonly Generated[] {
  const folder = path.join(fixtures, "kubernetes-addons");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => {
      const text = readFileSync(path.join(folder, name), "utf8");
      const objects = Object.values(JSON.parse(text) as Readonly<Record<string, LintedObject>>);
      const part = path.basename(name, ".json");
      return { name: part, from: "cluster", objects: objects.flatMap(withPodsWithin) };
    });
}

/** A pod that a ConfigMap has as a file, in the namespace where it is made, is an object as well. */
function withPodsWithin(object: LintedObject): readonly LintedObject[] {
  const { data = {} } = object as { readonly data?: Readonly<Record<string, string>> };
  const pods = Object.entries(data)
    .filter(([file]) => file.endsWith("Pod.yaml"))
    .map(([, text]) => parse(text) as LintedObject);
  const { namespace } = object.metadata;
  return [object, ...pods.map((pod) => ({ ...pod, metadata: { ...pod.metadata, namespace } }))];
}
