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
    readonly conditions: readonly { readonly type: string; readonly status: string }[];
  };
}

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
    return this.onControlPlane(
      `sudo kubectl --kubeconfig /etc/kubernetes/admin.conf ${args.map(quote).join(" ")}`,
    );
  }

  /** What kubectl answers in JSON. */
  async get<T>(...args: readonly string[]): Promise<T> {
    return JSON.parse(await this.kubectl("get", ...args, "--output=json")) as T;
  }

  /** Applies objects, as an operator would. */
  async apply(...objects: readonly object[]): Promise<void> {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    const text = Buffer.from(list).toString("base64");
    await this.onControlPlane(
      `echo ${text} | base64 -d | sudo kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f -`,
    );
  }

  /** `control-0 controlPlane ready`, … sorted. */
  async nodes(): Promise<string[]> {
    const { items } = await this.get<{ items: readonly ListedNode[] }>("nodes");
    return items
      .map(({ metadata: { name, labels }, status }) => {
        const role = "node-role.kubernetes.io/control-plane" in labels ? "controlPlane" : "worker";
        const isReady = status.conditions.some(
          (one) => one.type === "Ready" && one.status === "True",
        );
        const machine = name.slice(this.name.length + 1).replace(/-g\d+$/, "");
        return `${machine} ${role} ${isReady ? "ready" : "not ready"}`;
      })
      .sort();
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
