import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import type { TestCluster } from "./cluster";
import { apiAt, type ListedNode } from "./swarm";

const every = 500;
/** A new leader is elected within that many milliseconds where a majority lives. */
const patience = 10_000;

/** Watches a cluster from outside while something is done to it. */
export class Witness {
  /** By pool: the most VMs it ever had. */
  readonly mostVms: Record<string, number> = {};
  /** Moments in which the Swarm had no quorum, or nobody to tell. */
  readonly quorumLosses: string[] = [];
  /** How often the Swarm was asked. */
  looks = 0;
  private stopped = false;
  private readonly watching: Promise<unknown>;

  private constructor(
    private readonly cluster: TestCluster,
    private readonly outputs: Record<string, unknown>,
  ) {
    this.watching = Promise.all([
      this.repeat(() => this.countVms()),
      this.repeat(() => this.askSwarm()),
    ]);
  }

  static async of(cluster: TestCluster): Promise<Witness> {
    return new Witness(cluster, await cluster.site.outputs());
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

  private async askSwarm(): Promise<void> {
    const until = Date.now() + patience;
    let why = "no manager was there to be asked";
    do {
      for (const docker of await this.managers()) {
        try {
          this.judge(await docker.listNodes());
          return;
        } catch (error) {
          why = error instanceof Error ? error.message : String(error);
        }
      }
      await pause(every);
    } while (Date.now() < until);
    this.quorumLosses.push(`${new Date().toISOString()} ${why}`);
  }

  private judge(nodes: readonly ListedNode[]): void {
    this.looks++;
    const managers = nodes.flatMap(({ ManagerStatus }) => ManagerStatus?.Reachability ?? []);
    const reachable = managers.filter((reachability) => reachability === "reachable").length;
    if (reachable < Math.floor(managers.length / 2) + 1)
      this.quorumLosses.push(
        `${new Date().toISOString()} ${reachable} of ${managers.length} managers reachable`,
      );
  }

  private async managers(): Promise<Docker[]> {
    return (await this.cluster.machines()).flatMap(({ guestinfo, address }) =>
      guestinfo["guestinfo.slipway.role"] === "manager" && address !== undefined
        ? [apiAt(address, this.outputs, 2000)]
        : [],
    );
  }
}
