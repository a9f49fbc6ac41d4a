import type Docker from "dockerode";
import type { Endpoint } from "../inventory/types";
import { messageOf } from "../server/failure";
import type { Context } from "../server/handler";
import type { Connection } from "../transport/types";

/** Membership of one engine, as it sees itself. */
export interface LocalState {
  readonly state: "inactive" | "pending" | "active" | "error" | "locked";
  readonly nodeId: string;
  readonly isManager: boolean;
  /** Known to managers only. */
  readonly clusterId?: string;
  readonly error: string;
}

interface SwarmInfo {
  readonly LocalNodeState?: string;
  readonly NodeID?: string;
  readonly ControlAvailable?: boolean;
  readonly Error?: string;
  readonly Cluster?: { readonly ID?: string } | null;
}

export async function localState(docker: Docker): Promise<LocalState> {
  const { Swarm } = (await docker.info()) as { Swarm?: SwarmInfo };
  return {
    state: (Swarm?.LocalNodeState ?? "inactive") as LocalState["state"],
    nodeId: Swarm?.NodeID ?? "",
    isManager: Swarm?.ControlAvailable === true,
    clusterId: Swarm?.Cluster?.ID === "" ? undefined : Swarm?.Cluster?.ID,
    error: Swarm?.Error ?? "",
  };
}

/** A manager of the inventory with its state; `failure` says why it could not be asked. */
export interface Probe {
  readonly endpoint: Endpoint;
  readonly connection?: Connection;
  readonly local?: LocalState;
  readonly failure?: string;
}

/** Asks every manager of the inventory, side by side. */
export async function probeManagers(context: Context): Promise<Probe[]> {
  const endpoints = [...(await context.inventory.managers())].sort((a, b) =>
    a.machine.localeCompare(b.machine, "en", { numeric: true }),
  );
  return Promise.all(
    endpoints.map(async (endpoint): Promise<Probe> => {
      try {
        const connection = await context.connectTo(endpoint);
        return { endpoint, connection, local: await localState(connection.docker) };
      } catch (error) {
        context.signal.throwIfAborted();
        return { endpoint, failure: messageOf(error) };
      }
    }),
  );
}

/** A manager that takes part in the Swarm and answers for it. */
export interface Manager {
  readonly connection: Connection;
  readonly docker: Docker;
  readonly clusterId: string;
  readonly nodeId: string;
}

/** No manager answers for the Swarm: which were asked, and what each said. */
export class NoManager extends Error {
  constructor(readonly probes: readonly Probe[]) {
    const said = probes.map(
      ({ endpoint, failure, local }) =>
        `${endpoint.machine} (${endpoint.address}): ${failure ?? `its Swarm state is ${local?.state ?? "unknown"}`}`,
    );
    super(
      said.length === 0
        ? "the cluster has no manager that is powered on and has an address"
        : `no manager answers for the Swarm:\n${said.join("\n")}`,
    );
    this.name = "NoManager";
  }

  /** Every manager was asked and every one says that it is in no Swarm. */
  get allInactive(): boolean {
    return this.probes.every(({ local }) => local?.state === "inactive");
  }
}

/**
 * A manager of the cluster that answers, preferably another than the given machine's node.
 * @throws NoManager, never "absent", when none can be asked.
 */
export async function reachManager(
  context: Context,
  options: { clusterId?: string; avoid?: string } = {},
): Promise<Manager> {
  const probes = await probeManagers(context);
  const managers = probes.flatMap(({ connection, local }): Manager[] => {
    if (connection === undefined || local?.clusterId === undefined || !local.isManager) return [];
    if (options.clusterId !== undefined && local.clusterId !== options.clusterId) return [];
    return [
      { connection, docker: connection.docker, clusterId: local.clusterId, nodeId: local.nodeId },
    ];
  });
  const chosen = managers.find(({ nodeId }) => nodeId !== options.avoid) ?? managers[0];
  if (chosen === undefined) throw new NoManager(probes);
  return chosen;
}
