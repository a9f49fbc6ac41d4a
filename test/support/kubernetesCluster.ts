import { gzipSync } from "node:zlib";
import type { Lab } from "../../lab";
import { quote } from "../../provider/transport/shell";
import { LabCluster, labYml, type CommonPoolYml, type CommonYml } from "./cluster";
import { Site } from "./site";

export interface KubernetesYml extends CommonYml {
  nodePools: Record<string, KubernetesPoolYml>;
  kubernetes: Record<string, unknown>;
}

export interface KubernetesPoolYml extends CommonPoolYml {
  role: "controlPlane" | "worker";
  taints?: { key: string; value?: string; effect: string }[];
  upgradeBatch?: number;
}

/** A node as `kubectl` tells it. */
interface ListedNode {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly status: {
    readonly nodeInfo: { readonly kubeletVersion: string };
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

const asAdmin = "sudo kubectl --kubeconfig /etc/kubernetes/admin.conf";

/** Objects that fit on one command line. */
const mostPerDryRun = 20;

/** A Kubernetes cluster for one test file. */
export class KubernetesCluster extends LabCluster<KubernetesYml> {
  /** @param name name of the cluster and of its Pulumi stack. */
  static async create(
    lab: Lab,
    name: string,
    change: (yml: KubernetesYml) => void = () => undefined,
  ): Promise<KubernetesCluster> {
    const site = await Site.create(name, lab.env, { "slipway:spec": "cluster.yml" });
    const yml = await labYml<KubernetesYml>("kubernetes", name);
    const cluster = new KubernetesCluster(name, site, lab, yml);
    await cluster.define(change);
    return cluster;
  }

  /** Runs kubectl on a control plane that answers; what it prints. */
  async kubectl(...args: readonly string[]): Promise<string> {
    return this.onControlPlane(`${asAdmin} ${args.map(quote).join(" ")}`);
  }

  /** What kubectl answers in JSON. */
  async get<T>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.kubectl("get", ...args, "--output=json")) as T;
  }

  async namespaces(): Promise<string[]> {
    const { items } = await this.get<{ items: { metadata: { name: string } }[] }>("namespaces");
    return items.map(({ metadata }) => metadata.name);
  }

  /** Applies objects, as an operator would. */
  async apply(...objects: readonly object[]): Promise<void> {
    await this.sent("apply", objects);
  }

  /**
   * Asks the API server to make objects, without doing it.
   *
   * @throws with what it, or admission, has against them.
   */
  async tryCreate(...objects: readonly object[]): Promise<void> {
    await this.sent("create", objects, "--dry-run=server");
  }

  /**
   * What the API server says to objects that it is asked to make or change, without doing it: every field has to be known,
   * every value valid, and admission has to agree.
   *
   * @returns how many it takes.
   * @throws with its objections, all of those of some objects at once.
   */
  async dryRun(objects: readonly object[]): Promise<number> {
    let taken = 0;
    for (let begin = 0; begin < objects.length; begin += mostPerDryRun) {
      const output = await this.sent(
        "apply",
        objects.slice(begin, begin + mostPerDryRun),
        "--server-side",
        "--force-conflicts",
        "--dry-run=server",
        "--validate=strict",
      );
      taken += output.split("\n").filter((line) => line.includes("(server dry run)")).length;
    }
    return taken;
  }

  /** `control-0 controlPlane ready`, … sorted. */
  async nodes(): Promise<string[]> {
    return (await this.listedNodes()).map((node) => this.describe(node)).sort();
  }

  /** `control-0 controlPlane ready v1.34.1`, … sorted. */
  async nodesWithVersions(): Promise<string[]> {
    return (await this.listedNodes())
      .map((node) => `${this.describe(node)} ${node.status.nodeInfo.kubeletVersion}`)
      .sort();
  }

  /** Sends objects to `kubectl apply`; what that prints. */
  private sent(
    verb: "apply" | "create",
    items: readonly object[],
    ...options: readonly string[]
  ): Promise<string> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    const text = gzipSync(list).toString("base64");
    return this.onControlPlane(
      `echo ${text} | base64 -d | gunzip | ${asAdmin} ${verb} ${options.join(" ")} --filename -`,
    );
  }

  private async listedNodes(): Promise<readonly ListedNode[]> {
    return (await this.get<{ items: readonly ListedNode[] }>("nodes")).items;
  }

  private describe({ metadata: { name, labels }, status }: ListedNode): string {
    const role = "node-role.kubernetes.io/control-plane" in labels ? "controlPlane" : "worker";
    const isReady = status.conditions.some((one) => one.type === "Ready" && one.status === "True");
    const machine = name.slice(this.name.length + 1).replace(/-g\d+$/, "");
    return `${machine} ${role} ${isReady ? "ready" : "not ready"}`;
  }

  private async onControlPlane(command: string): Promise<string> {
    let last: unknown;
    for (const address of Object.values(await this.addresses("controlPlanes"))) {
      try {
        return await this.site.onMachine(address, command);
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }
}
