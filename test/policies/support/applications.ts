/** Applications as the project's own components make them from Compose files, with nobody asked for anything. */
import path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { Application, applicationNames, type Plan } from "../../../components/application";
import { KubernetesApplication } from "../../../components/application/kubernetes/application";
import { routeLabels, routeSettings } from "../../../components/ingress";
import { fileValues, loadCompose } from "../../../components/spec";
import { args } from "../../unit/application/kubernetes/support";
import { pinned, plan } from "../../unit/application/support/compose";

const checkout = path.join(__dirname, "../../..");

/** An application of this repository, and the environment whose file is merged over its own. */
export interface Sample {
  readonly application: "hello" | "shop";
  readonly environment?: string;
  /** Name of its Pulumi stack. */
  readonly stack: string;
  /** Its name on the cluster. Default: that of its Pulumi stack. */
  readonly name?: string;
}

/** An application by its Compose files. */
export interface Described {
  /** Its name on the cluster. */
  readonly name: string;
  readonly files: readonly string[];
  /** Where its images are. Default: the lab's registry. */
  readonly registry?: string;
}

/** What a cluster has for it: the output `capacity` of an application's Pulumi stack. */
export const capacity = [1, 2, 3].map(() => ({ cpus: 2, memoryMiB: 4096 }));

export function described({ application, environment, stack, name = stack }: Sample): Described {
  const files =
    environment === undefined ? ["stack.yml"] : ["stack.yml", `stack.${environment}.yml`];
  return { name, files: files.map((file) => path.join(checkout, "stacks", application, file)) };
}

/** On a Swarm. */
export function swarmApplication(
  application: Described,
  opts?: pulumi.ComponentResourceOptions,
): Application {
  const { name } = application;
  const names = applicationNames(name);
  const made = planOf(application);
  return new Application(
    name,
    {
      names,
      plan: made,
      salt: "salt",
      externalNetworks: new Map(),
      externalFiles: { configs: externalOf(made.project.configs), secrets: new Map() },
      ingress: {
        networkId: "ingress-id",
        discoverySeconds: 2,
        labelsFor: (key, service) =>
          routeLabels(names.service(key), service["x-slipway"]?.ingress ?? [], routeSettings({})),
      },
    },
    opts,
  );
}

/** On Kubernetes. */
export function kubernetesApplication(
  application: Described,
  opts?: pulumi.ComponentResourceOptions,
): KubernetesApplication {
  const { name } = application;
  const made = planOf(application);
  return new KubernetesApplication(
    name,
    args(made.project, { application: name, plan: made }),
    opts,
  );
}

const node = "lab-workers-0-g1";

function planOf({ name, files, registry = "10.89.0.1:5000" }: Described): Plan {
  const { project } = loadCompose(files, {
    projectName: name,
    variables: { REGISTRY: registry, VERSION: "1.0.0", STORE_NODE: node, NODE: node },
  });
  const { configs, secrets } = fileValues(project, { SIGNING_KEY: "key" });
  const names = Object.values(project.services).map(({ image = "" }) => image);
  const images = names.map((image) => [image, { ...pinned(image), user: "65534:65534" }] as const);
  return { ...plan(project), images: Object.fromEntries(images), configs, secrets };
}

/** Ids of what the file says that others make. */
function externalOf(
  files: Readonly<Record<string, { readonly name?: string; readonly external?: boolean }>> = {},
): ReadonlyMap<string, string> {
  return new Map(
    Object.values(files).flatMap(({ name, external }) =>
      external === true && name !== undefined ? [[name, `id-of-${name}`] as const] : [],
    ),
  );
}
