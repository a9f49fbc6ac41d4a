import { request } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { parse } from "yaml";
import type { KubernetesCluster } from "./kubernetesCluster";

const every = 500;
/** One question may take as long, milliseconds. */
const answerTime = 3000;
/** etcd elects a leader within that many milliseconds where a majority lives. */
const patience = 15_000;

/** Client certificate of the cluster's administrators, PEM. */
interface Credential {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: Readonly<Record<string, string>> }[];
  readonly users: readonly { readonly user: Readonly<Record<string, string>> }[];
}

/** Watches a Kubernetes cluster from outside while something is done to it. */
export class KubernetesWitness {
  /** By pool: the most VMs it ever had. */
  readonly mostVms: Record<string, number> = {};
  /** Moments in which no control plane could read from etcd, which takes a majority of its members. */
  readonly quorumLosses: string[] = [];
  /** How often the endpoint has answered. */
  answers = 0;
  /** The longest time between two answers of the endpoint, milliseconds. */
  longestSilence = 0;
  private lastAnswer = performance.now();
  private stopped = false;
  private readonly watching: Promise<unknown>;

  private constructor(
    private readonly cluster: KubernetesCluster,
    private readonly endpoint: string,
    private readonly credential: Credential,
  ) {
    this.watching = Promise.all([
      this.repeat(() => this.countVms()),
      this.repeat(() => this.askEndpoint()),
      this.repeat(() => this.askControlPlanes()),
    ]);
  }

  /** @param endpoint address that the control planes hold in common. */
  static async of(cluster: KubernetesCluster, endpoint: string): Promise<KubernetesWitness> {
    const { kubeconfig } = await cluster.site.outputs();
    return new KubernetesWitness(cluster, endpoint, credentialOf(String(kubeconfig)));
  }

  /** @throws what went wrong with watching. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.watching;
  }

  private async repeat(look: () => Promise<void>): Promise<void> {
    while (!this.stopped) {
      await look();
      await pause(every);
    }
  }

  private async countVms(): Promise<void> {
    const counts: Record<string, number> = {};
    for (const vm of await this.cluster.vms()) {
      const pool = vm.replace(/-\d+-g\d+$/, "");
      counts[pool] = (counts[pool] ?? 0) + 1;
    }
    for (const [pool, count] of Object.entries(counts))
      this.mostVms[pool] = Math.max(this.mostVms[pool] ?? 0, count);
  }

  private async askEndpoint(): Promise<void> {
    if ((await this.ask(this.endpoint)) !== undefined) return;
    const now = performance.now();
    this.longestSilence = Math.max(this.longestSilence, now - this.lastAnswer);
    this.lastAnswer = now;
    this.answers++;
  }

  private async askControlPlanes(): Promise<void> {
    const until = Date.now() + patience;
    let why = "no control plane was there to be asked";
    do {
      for (const address of await this.controlPlanes()) {
        const failure = await this.ask(address);
        if (failure === undefined) return;
        why = failure;
      }
      await pause(every);
    } while (Date.now() < until);
    this.quorumLosses.push(`${new Date().toISOString()} ${why}`);
  }

  private async controlPlanes(): Promise<string[]> {
    return (await this.cluster.machines()).flatMap(({ guestinfo, address }) =>
      guestinfo["guestinfo.slipway.role"] === "controlPlane" && address !== undefined
        ? [address]
        : [],
    );
  }

  /** Asks for what the API server reads from a majority of etcd; `undefined` when it answers, else what is wrong. */
  private ask(host: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const asked = request(
        {
          ...this.credential,
          host,
          port: 6443,
          path: "/api/v1/namespaces/kube-system",
          // Each question by a connection of its own, as a new client would.
          agent: false,
          timeout: answerTime,
        },
        (response) => {
          response.resume();
          const { statusCode } = response;
          response.on("end", () => {
            resolve(statusCode === 200 ? undefined : `${host}: status ${String(statusCode)}`);
          });
          response.on("error", (error) => {
            resolve(`${host}: ${error.message}`);
          });
        },
      );
      asked.on("timeout", () => asked.destroy(new Error(`no answer within ${answerTime} ms`)));
      asked.on("error", (error) => {
        resolve(`${host}: ${error.message}`);
      });
      asked.end();
    });
  }
}

function credentialOf(kubeconfig: string): Credential {
  const { clusters, users } = parse(kubeconfig) as Kubeconfig;
  const pem = (text: string | undefined) => Buffer.from(text ?? "", "base64");
  const user = users[0]?.user;
  return {
    ca: pem(clusters[0]?.cluster["certificate-authority-data"]),
    cert: pem(user?.["client-certificate-data"]),
    key: pem(user?.["client-key-data"]),
  };
}
