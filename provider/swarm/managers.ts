import type Docker from "dockerode";
import {
  Deciders,
  describeProbes,
  probeAll,
  reachDecider,
  type Probe as DeciderProbe,
} from "../cluster/deciders";
import type { Context } from "../server/handler";
import type { Connection } from "../transport/types";
import { isPassing } from "./errors";

/** Membership of one engine, as it sees itself. */
export interface LocalState {
  readonly state: "inactive" | "pending" | "active" | "error" | "locked";
  readonly nodeId: string;
  readonly isManager: boolean;
  /** Known to managers only, and only while they have a leader. */
  readonly clusterId?: string;
  /** What the engine says is wrong with its membership. */
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

/** Whether the host has an engine that can be asked. */
export async function hasEngine(connection: Connection): Promise<boolean> {
  const there = await connection.run(
    "command -v dockerd >/dev/null && test -S /var/run/docker.sock",
  );
  return there.code === 0;
}

/** The host's own state; an engine that is not there yet is in no Swarm. */
export async function stateOrInactive(
  connection: Connection,
): Promise<Pick<LocalState, "state" | "nodeId">> {
  if (!(await hasEngine(connection))) return { state: "inactive", nodeId: "" };
  return localState(connection.docker);
}

/** The state in words, with what the engine says about it. */
export function describeState({ state, error, isManager, clusterId }: LocalState): string {
  if (error !== "") return `its Swarm state is ${state}: ${error}`;
  if (state === "active" && isManager && clusterId === undefined)
    return "it is a manager of a Swarm that has no leader";
  if (state === "active" && !isManager) return "it is a worker of a Swarm";
  return `its Swarm state is ${state}`;
}

/** A manager of the inventory with its state; `failure` says why it could not be asked. */
export type Probe = DeciderProbe<LocalState>;

const askState = ({ docker }: Connection) => localState(docker);

/** Asks every manager of the inventory, side by side. */
export function probeManagers(context: Context): Promise<Probe[]> {
  return probeAll(context, askState);
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
    super(
      probes.length === 0
        ? "the cluster has no manager"
        : `no manager answers for the Swarm:\n${describeProbes(probes, describeState)}`,
    );
    this.name = "NoManager";
  }

  /** Every manager that there is was asked, and every one says that it is in no Swarm. */
  get allInactive(): boolean {
    return this.probes.every(({ local }) => local?.state === "inactive");
  }
}

export interface ManagerChoice {
  /** Only managers of this Swarm. */
  readonly clusterId?: string;
  /** Node that is asked only when no other manager answers. */
  readonly avoid?: string;
}

function managerOf({ connection, local }: Probe, clusterId?: string): Manager | undefined {
  if (connection === undefined || local?.clusterId === undefined || !local.isManager)
    return undefined;
  if (clusterId !== undefined && local.clusterId !== clusterId) return undefined;
  const { nodeId } = local;
  return { connection, docker: connection.docker, clusterId: local.clusterId, nodeId };
}

/**
 * The first manager of the cluster that answers: one that is just going away costs no time.
 * @throws NoManager, never "absent", when none can be asked.
 */
export function reachManager(
  context: Context,
  { clusterId, avoid }: ManagerChoice = {},
): Promise<Manager> {
  return reachDecider(context, askState, {
    deciderOf: (probe) => managerOf(probe, clusterId),
    isAvoided: ({ nodeId }) => nodeId === avoid,
    none: (probes) => new NoManager(probes),
  });
}

/** How long managers may take to agree on a leader, seconds. */
const electionSeconds = 45;

/** The managers of one Swarm as one partner: what is asked must be repeatable. */
export class Managers extends Deciders<Manager> {
  constructor(
    context: Context,
    private readonly choice: ManagerChoice = {},
  ) {
    super(context, electionSeconds);
  }

  call<T>(ask: (docker: Docker) => Promise<T>): Promise<T> {
    return this.askAny(({ docker }) => ask(docker));
  }

  protected reach(): Promise<Manager> {
    return reachManager(this.context, this.choice);
  }

  /** Nobody in any Swarm: waiting would not change it. */
  protected mayPass(error: unknown): boolean {
    return error instanceof NoManager ? !error.allInactive : isPassing(error);
  }
}
