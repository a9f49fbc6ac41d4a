import { readFile } from "node:fs/promises";
import path from "node:path";
import type Docker from "dockerode";
import { parse, stringify } from "yaml";
import type { Lab, LabMachine } from "../../lab";
import { Site } from "./site";
import { managerApi, nodeSummary } from "./swarm";

const checkout = path.resolve(__dirname, "../..");

/** What tests change in the lab's cluster.yml. */
export interface ClusterYml {
  name: string;
  vsphere: Record<string, unknown>;
  os: Record<string, unknown>;
  nodePools: Record<string, PoolYml>;
  swarm?: Record<string, unknown>;
  platform?: Record<string, unknown>;
}

export interface PoolYml {
  role: "manager" | "worker";
  count: number;
  numCpus: number;
  memoryMiB: number;
  diskGiB: number;
  labels?: Record<string, string>;
  replace?: "rolling" | "never";
  network?: { addresses: string[]; prefixLength: number; gateway: string };
}

/** A cluster for one test file: the lab's, under a name of its own, as the tests change it. */
export class TestCluster {
  private constructor(
    readonly name: string,
    readonly site: Site,
    private readonly lab: Lab,
    private yml: ClusterYml,
  ) {}

  /** @param name name of the cluster and of its Pulumi stack. */
  static async create(
    lab: Lab,
    name: string,
    change: (yml: ClusterYml) => void = () => undefined,
  ): Promise<TestCluster> {
    const yml = parse(
      await readFile(path.join(checkout, "stacks/lab/cluster.yml"), "utf8"),
    ) as ClusterYml;
    yml.name = name;
    const site = await Site.create(name, lab.env, { "slipway:spec": "cluster.yml" });
    const cluster = new TestCluster(name, site, lab, yml);
    await cluster.define(change);
    return cluster;
  }

  /** Changes cluster.yml, for good. */
  async define(change: (yml: ClusterYml) => void): Promise<void> {
    const yml = structuredClone(this.yml);
    change(yml);
    this.yml = yml;
    await this.site.write("cluster.yml", stringify(yml));
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

  /** The VMs of this cluster, whoever made them. */
  async machines(): Promise<LabMachine[]> {
    const all = await this.lab.control.machines();
    return all.filter(({ name }) => name.startsWith(`${this.name}-`));
  }

  /** Names of its VMs without the cluster's: `managers-0-g1`, … sorted. */
  async vms(): Promise<string[]> {
    return (await this.machines()).map(({ name }) => name.slice(this.name.length + 1)).sort();
  }

  async docker(): Promise<Docker> {
    return managerApi(await this.site.outputs());
  }

  /** `managers-0 manager ready`, … sorted. */
  async nodes(): Promise<string[]> {
    return nodeSummary(await this.docker());
  }

  /** By machine. */
  async addresses(role: "managers" | "workers"): Promise<Record<string, string>> {
    return (await this.site.outputs())[role] as Record<string, string>;
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

/** The nodes that a cluster with so many managers and workers in its two pools has. */
export function expectedNodes(managers: number, workers: number): string[] {
  return [
    ...Array.from({ length: managers }, (_, index) => `managers-${index} manager ready`),
    ...Array.from({ length: workers }, (_, index) => `workers-${index} worker ready`),
  ];
}
