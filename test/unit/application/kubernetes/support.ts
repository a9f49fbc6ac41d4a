import path from "node:path";
import { kubernetesRoutes } from "../../../../components/ingress/kubernetes/routes";
import { fileValues, loadCompose, type ComposeProject } from "../../../../components/spec";
import {
  kubernetesFindings,
  kubernetesObjects,
  type KubernetesArgs,
  type KubernetesObject,
  type PlannedObject,
} from "../../../../components/application/kubernetes";
import { renderPath } from "../../../../components/spec/problem";
import { pinned, plan, project, service } from "../support/compose";

type Service = Parameters<typeof service>[0];

/** Slipway's own ingress. */
export const ingress = kubernetesRoutes({});

export const pools = [
  { name: "control", role: "controlPlane", labels: {}, taints: [] },
  { name: "workers", role: "worker", labels: { zone: "a" }, taints: [] },
  {
    name: "gpu",
    role: "worker",
    labels: { zone: "a", gpu: "yes" },
    taints: [{ key: "gpu", value: "yes", effect: "NoSchedule" }],
  },
] as const;

export function args(of: ComposeProject, fields: Partial<KubernetesArgs> = {}): KubernetesArgs {
  return {
    application: "shop",
    plan: plan(of),
    owner: "slipway/shop-prod",
    salt: "salt",
    registries: {},
    pools,
    ingress,
    ...fields,
  };
}

/** A project with one service, or more of them. */
export function withServices(
  services: Readonly<Record<string, Service>>,
  fields: Partial<ComposeProject> = {},
): ComposeProject {
  return project({
    services: Object.fromEntries(
      Object.entries(services).map(([key, one]) => [key, service(one)] as const),
    ),
    ...fields,
  });
}

export function planned(of: ComposeProject, fields: Partial<KubernetesArgs> = {}) {
  return kubernetesObjects(args(of, fields));
}

/** `path: message` of everything that is told, warnings as such. */
export function told(of: ComposeProject, fields: Partial<KubernetesArgs> = {}): readonly string[] {
  return kubernetesFindings(args(of, fields)).map(
    ({ path: at, message, severity }) =>
      `${severity === "warning" ? "warning: " : ""}${renderPath(at)}: ${message}`,
  );
}

export function find(all: readonly PlannedObject[], key: string): KubernetesObject {
  const found = all.find((one) => one.key === key);
  if (found === undefined)
    throw new Error(`no ${key} among ${all.map((one) => one.key).join(", ")}`);
  return found.object;
}

export interface Pod {
  readonly metadata: { readonly labels: object; readonly annotations?: object };
  readonly spec: Readonly<Record<string, unknown>> & {
    readonly containers: readonly [Readonly<Record<string, unknown>>];
  };
}

/** The pods of a workload. */
export function podOf(all: readonly PlannedObject[], key: string): Pod {
  const { spec } = find(all, key) as unknown as {
    spec: { template?: Pod; jobTemplate?: { spec: { template: Pod } } };
  };
  const pod = spec.template ?? spec.jobTemplate?.spec.template;
  if (pod === undefined) throw new Error(`${key} has no pods`);
  return pod;
}

/** The pod of the service `web` with these fields. */
export function webPod(one: Service, fields: Partial<ComposeProject> = {}): Pod {
  const all = planned(withServices({ web: one }, fields));
  const { key } = all.find((each) =>
    /^(Deployment|DaemonSet|StatefulSet|Job)\//.exec(each.key),
  ) ?? {
    key: "",
  };
  return podOf(all, key);
}

const checkout = path.join(__dirname, "../../../..");

/** The sample application as it is loaded for an environment, with its files. */
export function shop(environment: "dev" | "prod"): KubernetesArgs {
  const files = ["stack.yml", `stack.${environment}.yml`].map((name) =>
    path.join(checkout, "stacks/shop", name),
  );
  const { project: loaded } = loadCompose(files, {
    projectName: `shop-${environment}`,
    variables: { REGISTRY: "registry.test", VERSION: "1.0.0", STORE_NODE: "lab-workers-0-g1" },
  });
  const { configs, secrets } = fileValues(loaded, { SIGNING_KEY: "key" });
  const images = Object.values(loaded.services).map(({ image = "" }) => image);
  return args(loaded, {
    application: `shop-${environment}`,
    plan: {
      ...plan(loaded),
      images: Object.fromEntries(images.map((image) => [image, pinned(image)])),
      configs,
      secrets,
    },
  });
}
