/**
 * Resources as the project's own components register them for the samples of this repository: what rules are tried on. A
 * property that gets another name breaks a test here, not an audit.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import type { ResourceData } from "../../../policies/core/resource";
import { runCluster, type ClusterRun } from "../../unit/components/support/cluster";
import { runProgram, type Run } from "../../unit/components/support/program";
import {
  capacity,
  described,
  kubernetesApplication,
  swarmApplication,
  type Sample,
} from "./applications";

export type { Sample } from "./applications";

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

/** An application on a Swarm. */
export async function onSwarm(sample: Sample): Promise<Recorded> {
  return recorded(await ran(sample, swarmApplication), sample.stack);
}

/** An application on Kubernetes. */
export async function onKubernetes(sample: Sample): Promise<Recorded> {
  return recorded(await ran(sample, kubernetesApplication), sample.stack);
}

function ran(
  sample: Sample,
  make: typeof swarmApplication | typeof kubernetesApplication,
): Promise<Run> {
  return runProgram(async () => {
    const { completed } = make(described(sample));
    await new Promise((resolve) => completed.apply(resolve));
    return { cluster: "lab", capacity };
  }, {});
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
