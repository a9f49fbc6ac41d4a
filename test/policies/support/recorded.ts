/**
 * Resources as the project's own components register them for the samples of this repository: what rules are tried on. A
 * property that gets another name breaks a test here, not an audit.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Application, applicationNames } from "../../../components/application";
import { KubernetesApplication } from "../../../components/application/kubernetes/application";
import { routeLabels, routeSettings } from "../../../components/ingress";
import { fileValues, loadCompose } from "../../../components/spec";
import type { ResourceData } from "../../../policies/core/resource";
import { args } from "../../unit/application/kubernetes/support";
import { pinned, plan } from "../../unit/application/support/compose";
import { runCluster, type ClusterRun } from "../../unit/components/support/cluster";
import { runProgram, type Run } from "../../unit/components/support/program";

const checkout = path.join(__dirname, "../../..");

/** Resources of a run, and what the program gives as outputs. */
export interface Recorded {
  readonly resources: readonly ResourceData[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A run against mocks, under the name of a Pulumi stack. */
export function recorded({ resources, outputs }: Run, stack: string): Recorded {
  /** Types of the components above, as the engine has them in URNs, of which mocks have the last one. */
  const within = (parent: string): string => {
    const [, , types, name] = parent.split("::");
    const type = types?.split("$").at(-1);
    const found = resources.find((one) => one.type === type && one.name === name);
    return found === undefined ? "" : `${within(found.parentUrn)}${found.type}$`;
  };
  return {
    resources: resources.map(({ type, name, parentUrn, inputs, isProtected }) => ({
      urn: `urn:pulumi:${stack}::slipway::${within(parentUrn)}${type}::${name}`,
      type,
      name,
      inputs,
      isProtected,
    })),
    outputs,
  };
}

/** An application of this repository, and the environment whose file is merged over its own. */
export interface Sample {
  readonly application: "hello" | "shop";
  readonly environment?: string;
  /** Name of its Pulumi stack. */
  readonly stack: string;
  /** Its name on the cluster. Default: that of its Pulumi stack. */
  readonly name?: string;
}

function planOf({ application, environment, stack, name = stack }: Sample) {
  const own = path.join(checkout, "stacks", application, "stack.yml");
  const over = path.join(checkout, "stacks", application, `stack.${environment ?? ""}.yml`);
  const { project } = loadCompose(environment === undefined ? [own] : [own, over], {
    projectName: name,
    variables: { REGISTRY: "10.89.0.1:5000", VERSION: "1.0.0", STORE_NODE: "lab-workers-0-g1" },
  });
  const { configs, secrets } = fileValues(project, { SIGNING_KEY: "key" });
  const names = Object.values(project.services).map(({ image = "" }) => image);
  const images = names.map((image) => [image, { ...pinned(image), user: "65534:65534" }] as const);
  return { ...plan(project), images: Object.fromEntries(images), configs, secrets };
}

const capacity = [1, 2, 3].map(() => ({ cpus: 2, memoryMiB: 4096 }));

/** An application on a Swarm. */
export async function onSwarm(sample: Sample): Promise<Recorded> {
  const { name = sample.stack } = sample;
  const names = applicationNames(name);
  const run = await runProgram(async () => {
    const { completed } = new Application(name, {
      names,
      plan: planOf(sample),
      salt: "salt",
      externalNetworks: new Map(),
      externalFiles: { configs: new Map(), secrets: new Map() },
      ingress: {
        networkId: "ingress-id",
        discoverySeconds: 2,
        labelsFor: (key, service) =>
          routeLabels(names.service(key), service["x-slipway"]?.ingress ?? [], routeSettings({})),
      },
    });
    await new Promise((resolve) => completed.apply(resolve));
    return { cluster: "lab", capacity };
  }, {});
  return recorded(run, sample.stack);
}

/** An application on Kubernetes. */
export async function onKubernetes(sample: Sample): Promise<Recorded> {
  const { name = sample.stack } = sample;
  const made = planOf(sample);
  const run = await runProgram(async () => {
    const { completed } = new KubernetesApplication(
      name,
      args(made.project, { application: name, plan: made }),
    );
    await new Promise((resolve) => completed.apply(resolve));
    return { cluster: "kube", capacity };
  }, {});
  return recorded(run, sample.stack);
}

/** A cluster of this repository, as its file has it. */
export async function clusterSample(
  folder: string,
  stack: string,
  change: (yml: string) => string = (yml) => yml,
  options: ClusterRun = {},
): Promise<Recorded> {
  const yml = readFileSync(path.join(checkout, "stacks", folder, "cluster.yml"), "utf8");
  const pem = path.join(checkout, "stacks/prod/company-ca.pem");
  const run = await runCluster({
    ...options,
    yml: change(yml).replaceAll("[company-ca.pem]", JSON.stringify([pem])),
    env: {
      SLIPWAY_LAB_CA: pem,
      SLIPWAY_LAB_REGISTRY: "10.89.0.1:5000",
      ...options.env,
    },
  });
  return recorded(run, stack);
}
