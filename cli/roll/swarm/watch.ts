import type Docker from "dockerode";
import { createInventory } from "../../../provider/inventory/create";
import type { Inventory } from "../../../provider/inventory/types";
import { scheduledLabel } from "../../../provider/sdk/ownership";
import type { HostsConfig } from "../../../provider/sdk/shapes";
import { hasEngine, stateOrInactive } from "../../../provider/swarm/managers";
import { localData, refusal } from "../../../provider/swarm/volumes";
import { ConnectionPool } from "../../../provider/transport/pool";
import type { ClusterAccess } from "../../access";
import { failed } from "../../exit";
import type { ClusterWatch, Membership } from "../clusterWatch";
import { judgeSwarm, type SwarmView } from "./health";

/** How long one manager may take to be reached, seconds; another one is asked after that. */
const patience = 10;

/** Looks at a Swarm through whichever manager answers. */
export class SwarmWatch implements ClusterWatch<SwarmView> {
  private constructor(
    private readonly inventory: Inventory,
    private readonly pool: ConnectionPool,
    private readonly closeInventory: () => Promise<void>,
  ) {}

  static open(access: ClusterAccess, signal: AbortSignal): SwarmWatch {
    const config: HostsConfig = {
      cluster: access.identity,
      user: access.spec.access.user,
      port: access.spec.access.port,
      privateKey: access.privateKey,
      vsphere: access.vsphere,
    };
    const { inventory, close } = createInventory(config);
    return new SwarmWatch(inventory, new ConnectionPool(config, signal), close);
  }

  /** @throws when no manager answers, with what each of them said. */
  async look(): Promise<SwarmView> {
    const failures: string[] = [];
    for (const endpoint of await this.inventory.managers()) {
      const user = {};
      try {
        const connection = await this.pool.get(endpoint, user, patience);
        return await viewOf(connection.docker);
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      } finally {
        this.pool.release(user);
      }
    }
    throw failed(
      failures.length === 0
        ? "vCenter knows no manager of this cluster that is powered on and has an address"
        : `no manager answers:\n${failures.join("\n")}`,
    );
  }

  judge(view: SwarmView, expectedNodes: number, before: SwarmView | undefined): readonly string[] {
    return judgeSwarm(view, expectedNodes, before);
  }

  async members(): Promise<ReadonlySet<string>> {
    return new Set((await this.look()).nodes.map(({ hostname }) => hostname));
  }

  /** Why this machine must not be destroyed: the volumes whose data is on it alone; `undefined` when there are none. */
  async dataObjection(machine: string, vmUuid: string): Promise<string | undefined> {
    const user = {};
    try {
      const endpoint = await this.inventory.resolve({ machine, vmUuid }, patience);
      const { docker } = await this.pool.get(endpoint, user, patience);
      const { Volumes } = (await docker.listVolumes()) as { readonly Volumes: RawVolume[] | null };
      const data = localData(
        (Volumes ?? []).map(({ Name, Driver, Options, Labels }) => ({
          name: Name,
          driver: Driver,
          options: Options ?? {},
          labels: Labels ?? {},
        })),
      );
      return data.length === 0 ? undefined : refusal(machine, data);
    } finally {
      this.pool.release(user);
    }
  }

  /**
   * Whether this machine, as it says itself, is a node of a Swarm or holds data as one does; `unknown` when it does not
   * answer.
   */
  async membershipOf(machine: string, vmUuid: string): Promise<Membership> {
    const user = {};
    try {
      const endpoint = await this.inventory.resolve({ machine, vmUuid }, patience);
      const connection = await this.pool.get(endpoint, user, patience);
      if ((await stateOrInactive(connection)).state !== "inactive") return "member";
      if (!(await hasEngine(connection))) return "none";
      const objection = await this.dataObjection(machine, vmUuid);
      return objection === undefined ? "none" : "member";
    } catch {
      return "unknown";
    } finally {
      this.pool.release(user);
    }
  }

  async close(): Promise<void> {
    this.pool.close();
    await this.closeInventory();
  }
}

/** Nodes and services, as far as health is concerned. */
async function viewOf(docker: Docker): Promise<SwarmView> {
  const [nodes, services] = await Promise.all([
    docker.listNodes() as Promise<readonly RawNode[]>,
    // dockerode's types do not know `status`, which the API has since version 1.41 (Docker 20.10).
    docker.listServices({ status: true } as object) as Promise<readonly RawService[]>,
  ]);
  return {
    nodes: nodes.map(({ Description, Spec, Status, ManagerStatus }) => ({
      hostname: Description?.Hostname ?? "?",
      role: Spec?.Role === "manager" ? "manager" : "worker",
      state: Status?.State ?? "unknown",
      reachability: ManagerStatus?.Reachability,
    })),
    services: services
      // Of a job at times, a task is desired for ever once one has run, and none runs most of the time.
      .filter(({ Spec }) => Spec?.Labels?.[scheduledLabel] !== "true")
      .map(({ Spec, ServiceStatus }) => ({
        name: Spec?.Name ?? "?",
        running: ServiceStatus?.RunningTasks ?? 0,
        desired: ServiceStatus?.DesiredTasks ?? 0,
      })),
  };
}

interface RawVolume {
  readonly Name: string;
  readonly Driver: string;
  readonly Options: Readonly<Record<string, string>> | null;
  readonly Labels: Readonly<Record<string, string>> | null;
}

interface RawNode {
  readonly Description?: { readonly Hostname?: string };
  readonly Spec?: { readonly Role?: string };
  readonly Status?: { readonly State?: string };
  readonly ManagerStatus?: { readonly Reachability?: string };
}

interface RawService {
  readonly Spec?: {
    readonly Name?: string;
    readonly Labels?: Readonly<Record<string, string>> | null;
  };
  readonly ServiceStatus?: { readonly RunningTasks?: number; readonly DesiredTasks?: number };
}
