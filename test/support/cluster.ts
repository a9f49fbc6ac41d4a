import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type Docker from "dockerode";
import { parse, stringify } from "yaml";
import type { Lab, LabMachine } from "../../lab";
import { waitUntil } from "../../lab/host/process";
import { Site } from "./site";
import { managerApi, nodeSummary } from "./swarm";

const checkout = path.resolve(__dirname, "../..");

/** What tests change in a cluster.yml of the lab. */
export interface CommonYml {
  name: string;
  vsphere: Record<string, unknown>;
  os: { caCertificates?: string[]; [key: string]: unknown };
  nodePools: Record<string, CommonPoolYml>;
  platform?: Record<string, unknown>;
}

export interface CommonPoolYml {
  count: number;
  numCpus: number;
  memoryMiB: number;
  diskGiB: number;
  labels?: Record<string, string>;
  replace?: "rolling" | "never";
  network?: { addresses: string[]; prefixLength: number; gateway: string };
}

export interface ClusterYml extends CommonYml {
  nodePools: Record<string, PoolYml>;
  swarm?: Record<string, unknown>;
}

export interface PoolYml extends CommonPoolYml {
  role: "manager" | "worker";
}

/** A cluster for one test file: one of the lab's, under a name of its own, as the tests change it. */
export abstract class LabCluster<Yml extends CommonYml = CommonYml> {
  protected constructor(
    readonly name: string,
    readonly site: Site,
    protected readonly lab: Lab,
    private yml: Yml,
  ) {}

  /** Changes cluster.yml, for good. */
  async define(change: (yml: Yml) => void): Promise<void> {
    const yml = structuredClone(this.yml);
    change(yml);
    this.yml = yml;
    await this.site.write("cluster.yml", stringify(yml));
  }

  /** Gives its pool of workers so many machines in cluster.yml, for good. */
  async withWorkers(count: number): Promise<void> {
    await this.define(({ nodePools: { workers } }) => {
      assert.ok(workers);
      workers.count = count;
    });
  }

  /** The VMs of this cluster, whoever made them. */
  async machines(): Promise<LabMachine[]> {
    const all = await this.lab.control.machines();
    return all.filter(({ name }) => name.startsWith(`${this.name}-`));
  }

  /** Names of its VMs without the cluster's: `managers-0-g1`, … sorted. */
  async vms(): Promise<string[]> {
    return (await this.machines()).map(({ name }) => name.slice(this.name.length + 1)).sort();
  }

  /** Addresses of machines by name, as an output tells them. */
  async addresses(output: string): Promise<Record<string, string>> {
    return (await this.site.outputs())[output] as Record<string, string>;
  }

  /** That neither a preview nor a refresh finds anything to do. */
  async expectSettled(): Promise<void> {
    const { same, ...changes } = await this.site.preview();
    if (same === undefined || Object.keys(changes).length > 0)
      throw new Error(`a preview shows changes: ${JSON.stringify({ same, ...changes })}`);
    await this.site.refreshShowsNoChange();
  }

  async remove(): Promise<void> {
    await this.site.remove();
  }
}

/** Reads a cluster.yml of the lab, and gives the cluster its own name. */
export async function labYml<Yml extends CommonYml>(folder: string, name: string): Promise<Yml> {
  const file = path.join(checkout, "stacks", folder, "cluster.yml");
  return { ...(parse(await readFile(file, "utf8")) as Yml), name };
}

/** A Swarm. */
export class TestCluster extends LabCluster<ClusterYml> {
  /** @param name name of the cluster and of its Pulumi stack. */
  static async create(
    lab: Lab,
    name: string,
    change: (yml: ClusterYml) => void = () => undefined,
  ): Promise<TestCluster> {
    const site = await Site.create(name, lab.env, { "slipway:spec": "cluster.yml" });
    const cluster = new TestCluster(name, site, lab, await labYml<ClusterYml>("lab", name));
    await cluster.define(change);
    return cluster;
  }

  /** The Pulumi stack of the application `hello` on this cluster. */
  hello(): Promise<Site> {
    return this.site.sibling(`hello-${this.name}`, {
      "slipway:stack": path.join(checkout, "stacks/hello/stack.yml"),
      "slipway:application": "hello",
      "slipway:cluster": this.name,
      "slipway:version": "1.0.0",
      "slipway:registry": this.lab.env.SLIPWAY_LAB_REGISTRY ?? "",
    });
  }

  async docker(): Promise<Docker> {
    return managerApi(await this.site.outputs());
  }

  /** `managers-0 manager ready`, … sorted. */
  async nodes(): Promise<string[]> {
    return nodeSummary(await this.docker());
  }

  /**
   * Waits for nodes to be as expected. A machine that was cut off is ready again when its engine has tried once more, for
   * which TCP and the Swarm's back-off take their time.
   */
  async becomes(expected: readonly string[]): Promise<void> {
    const asExpected = async () => isDeepStrictEqual(await this.nodes(), expected);
    if (!(await waitUntil(asExpected, 120_000, 500)))
      assert.deepEqual(await this.nodes(), expected);
  }
}

/** The nodes that a cluster with so many managers and workers in its two pools has. */
export function expectedNodes(managers: number, workers: number): string[] {
  return [
    ...Array.from({ length: managers }, (_, index) => `managers-${index} manager ready`),
    ...Array.from({ length: workers }, (_, index) => `workers-${index} worker ready`),
  ];
}
