import { setTimeout as pause } from "node:timers/promises";
import { provideImages, type Feature } from "../../../lab/images";
import type { Lab, Orchestrator } from "../../../lab";
import { quote } from "../../../provider/transport/shell";
import { TestCluster, type ClusterYml, type LabCluster } from "../../support/cluster";
import { KubernetesCluster } from "../../support/kubernetesCluster";
import type { Site } from "../../support/site";
import { standUpLab, takeDownLab } from "../../support/testLab";
import type { Figure } from "../support/figure";
import { costsOf, costTable, isSettled, total, type Cost, type Sample } from "./cost";
import { kubernetesSamples, swarmSamples, swarmScript, type KubeletSummary } from "./samples";

/** Workers of the small cluster and of the larger one; each has one manager or control plane besides. */
const workers = [2, 4] as const;
/** Room for what keeps data. */
const workerSize = { memoryMiB: 3072, diskGiB: 20 } as const;
/** Containers that are added, which do nothing. */
const crowd = 20;
/** How long is measured, seconds; and how many times at most, until two windows tell the same. */
const windowSeconds = 60;
const mostWindows = 6;

/** A cluster whose containers can be looked at. */
interface Measured {
  readonly cluster: LabCluster;
  readonly samples: () => Promise<readonly Sample[]>;
}

const features: Readonly<Record<Orchestrator, readonly Feature[]>> = {
  swarm: ["ingress", "monitoring", "registry", "logging", "scheduler"],
  kubernetes: ["ingress", "monitoring", "registry", "logging"],
};

function say(line: string): void {
  process.stderr.write(`bench: ${line}\n`);
}

/**
 * What the platform of a Swarm costs while nobody uses it: CPU and memory of each part, on three machines, on five, and with
 * twenty containers more.
 */
export function platform(): AsyncIterable<Figure> {
  return idleCosts("swarm");
}

/** The same on Kubernetes, without what every cluster of it has. */
export function kubernetesPlatform(): AsyncIterable<Figure> {
  return idleCosts("kubernetes");
}

async function* idleCosts(orchestrator: Orchestrator): AsyncIterable<Figure> {
  const lab = await standUpLab(orchestrator);
  try {
    for (const feature of features[orchestrator]) await provideImages(lab, feature, say);
    const measured = await (orchestrator === "swarm" ? onSwarm(lab) : onKubernetes(lab));
    const { cluster } = measured;
    await withPlatform(cluster, lab, orchestrator);
    const phases = new Map<string, readonly Cost[]>();
    for (const count of workers) {
      await cluster.withWorkers(count);
      await cluster.site.up();
      phases.set(`${count + 1} machines`, await idle(measured, `${count + 1} machines`));
    }
    const machines = `${Math.max(...workers) + 1} machines`;
    const application = await crowdOn(cluster, lab);
    const crowded = `${machines}, ${crowd} containers more`;
    phases.set(crowded, await idle(measured, crowded));
    await application.remove();
    for (const [phase, costs] of phases)
      for (const { part, milliCpus, memoryMiB } of [...costs, total(costs)]) {
        const name = `platform/${orchestrator}/${phase}/${part}`;
        yield { name: `${name}/cpu`, ours: milliCpus / 1000, unit: "CPUs" };
        yield { name: `${name}/memory`, ours: memoryMiB, unit: "MiB" };
      }
    process.stderr.write(`${costTable(phases)}\n`);
    await cluster.remove();
  } finally {
    await takeDownLab();
  }
}

async function onSwarm(lab: Lab): Promise<Measured> {
  const cluster = await TestCluster.create(lab, "idle", ({ nodePools }: ClusterYml) => {
    for (const pool of Object.values(nodePools)) pool.count = pool.role === "manager" ? 1 : 2;
    Object.assign(nodePools.workers ?? {}, workerSize);
  });
  await cluster.site.up();
  const command = `sudo sh -c ${quote(swarmScript)}`;
  return {
    cluster,
    samples: async () => {
      const addresses = {
        ...(await cluster.addresses("managers")),
        ...(await cluster.addresses("workers")),
      };
      const printed = await Promise.all(
        Object.values(addresses).map((address) => cluster.site.onMachine(address, command)),
      );
      return printed.flatMap((text) => swarmSamples(text));
    },
  };
}

async function onKubernetes(lab: Lab): Promise<Measured> {
  const cluster = await KubernetesCluster.create(lab, "idle", ({ nodePools }) => {
    Object.assign(nodePools.workers ?? {}, workerSize);
  });
  await cluster.site.up();
  return {
    cluster,
    samples: async () => {
      const { items } = await cluster.get<{
        items: readonly { readonly metadata: { readonly name: string } }[];
      }>("nodes");
      const found: Sample[] = [];
      for (const { metadata } of items) {
        const summary = `/api/v1/nodes/${metadata.name}/proxy/stats/summary`;
        const answer = await cluster.kubectl("get", "--raw", summary);
        found.push(...kubernetesSamples(JSON.parse(answer) as KubeletSummary));
      }
      return found;
    },
  };
}

/** All parts that the lab has images of: what has an address comes when there are machines. */
async function withPlatform(
  cluster: LabCluster,
  lab: Lab,
  orchestrator: Orchestrator,
): Promise<void> {
  const { "workers-0": address = "" } = await cluster.addresses("workers");
  await cluster.define((yml) => {
    yml.platform = {
      ...yml.platform,
      mirror: lab.env.SLIPWAY_LAB_REGISTRY,
      ingress: {},
      registry: { address, storage: { volume: { node: "workers-0", sizeGiB: 5 } } },
      monitoring: {
        storage: { node: "workers-0", sizeGiB: 4 },
        // Its image can't be had in the lab.
        grafana: { host: "grafana.test", enabled: false },
      },
      logging: {
        storage: { node: "workers-1", sizeGiB: 6 },
        memoryMiB: 1024,
        retention: { time: "2d" },
        buffer: { sizeMiB: 256 },
      },
      ...(orchestrator === "swarm" && { scheduler: {} }),
    };
  });
}

/** An application of so many containers that only wait to be asked. */
async function crowdOn(cluster: LabCluster, lab: Lab): Promise<Site> {
  const site = await cluster.site.sibling(`crowd-${cluster.name}`, {
    "slipway:stack": "crowd.yml",
    "slipway:application": "crowd",
    "slipway:cluster": cluster.name,
    "slipway:version": "1.0.0",
    "slipway:registry": lab.env.SLIPWAY_LAB_REGISTRY ?? "",
  });
  await site.write(
    "crowd.yml",
    `
x-slipway: { version: 1.0.0 }
services:
  idle:
    image: \${REGISTRY}/hello:\${VERSION}
    command: [api]
    deploy:
      replicas: ${crowd}
      endpoint_mode: dnsrr
      resources: { limits: { memory: 32M } }
`,
  );
  await site.up();
  return site;
}

/** Costs of two windows on end in which they are the same; what has just started is busy with that. */
async function idle({ samples }: Measured, phase: string): Promise<readonly Cost[]> {
  let earlier = await samples();
  let before = earlier;
  let last: readonly Cost[] | undefined;
  for (let window = 1; window <= mostWindows; window++) {
    await pause(windowSeconds * 1000);
    const after = await samples();
    const costs = costsOf(before, after);
    const { containers, milliCpus, memoryMiB } = total(costs);
    say(
      `${phase}, window ${window}: ${containers} containers, ${milliCpus.toFixed(0)} mCPU, ${memoryMiB.toFixed(0)} MiB`,
    );
    if (last !== undefined && isSettled(last, costs)) return costsOf(earlier, after);
    [earlier, before, last] = [before, after, costs];
  }
  throw new Error(`${phase}: still not at rest after ${mostWindows} windows`);
}
