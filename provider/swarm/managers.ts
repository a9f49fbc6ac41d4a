import type Docker from "dockerode";
import { setTimeout as sleep } from "node:timers/promises";
import type { Endpoint } from "../inventory/types";
import { messageOf } from "../server/failure";
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
export interface Probe {
  readonly endpoint: Pick<Endpoint, "machine" | "address">;
  readonly connection?: Connection;
  readonly local?: LocalState;
  readonly failure?: string;
}

/** Starts to ask every manager of the inventory, in the order of their names. Machines that are powered off have failed already. */
async function startProbes(context: Context): Promise<Promise<Probe>[]> {
  const [endpoints, dormant] = await Promise.all([
    context.inventory.managers(),
    context.inventory.dormant(),
  ]);
  const asked = endpoints.map((endpoint) => ({
    machine: endpoint.machine,
    probe: probe(context, endpoint),
  }));
  const silent = dormant
    .filter(({ role }) => role === "manager")
    .map(({ machine, reason }) => ({
      machine,
      probe: Promise.resolve<Probe>({ endpoint: { machine, address: "-" }, failure: reason }),
    }));
  return [...asked, ...silent]
    .sort((a, b) => a.machine.localeCompare(b.machine, "en", { numeric: true }))
    .map((one) => one.probe);
}

async function probe(context: Context, endpoint: Endpoint): Promise<Probe> {
  try {
    const connection = await context.connectTo(endpoint);
    return { endpoint, connection, local: await localState(connection.docker) };
  } catch (error) {
    context.signal.throwIfAborted();
    return { endpoint, failure: messageOf(error) };
  }
}

/** Asks every manager of the inventory, side by side. */
export async function probeManagers(context: Context): Promise<Probe[]> {
  return Promise.all(await startProbes(context));
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
        `  ${endpoint.machine} (${endpoint.address}): ${failure ?? (local === undefined ? "not asked" : describeState(local))}`,
    );
    super(
      said.length === 0
        ? "the cluster has no manager"
        : `no manager answers for the Swarm:\n${said.join("\n")}`,
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
export async function reachManager(context: Context, choice: ManagerChoice = {}): Promise<Manager> {
  const probes = await startProbes(context);
  const preferred = await firstDefined(
    probes.map(async (pending) => {
      const manager = managerOf(await pending, choice.clusterId);
      return manager?.nodeId === choice.avoid ? undefined : manager;
    }),
  );
  if (preferred !== undefined) return preferred;
  const all = await Promise.all(probes);
  const avoided = all.map((one) => managerOf(one, choice.clusterId)).find(Boolean);
  if (avoided === undefined) throw new NoManager(all);
  return avoided;
}

/** The first answer that there is, or `undefined` when all have come and none is one. */
async function firstDefined<T>(pending: readonly Promise<T | undefined>[]): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const watched = pending.map(async (one) => {
      const answer = await one;
      if (answer !== undefined) resolve(answer);
    });
    Promise.all(watched).then(() => {
      resolve(undefined);
    }, reject);
  });
}

/** How long managers may take to agree on a leader, seconds. */
const electionSeconds = 45;
const pause = { first: 250, longest: 3000 } as const;

/**
 * The managers of one Swarm as one partner: a question goes to one that answers, and again to another
 * one while the leadership moves. So what is asked must be repeatable.
 */
export class Managers {
  private current: Manager | undefined;

  constructor(
    private readonly context: Context,
    private readonly choice: ManagerChoice = {},
  ) {}

  /** One that has answered before, or the first that answers now. */
  async one(): Promise<Manager> {
    return (this.current ??= await reachManager(this.context, this.choice));
  }

  async call<T>(ask: (docker: Docker) => Promise<T>): Promise<T> {
    const deadline = performance.now() + electionSeconds * 1000;
    for (let wait: number = pause.first; ; wait = Math.min(wait * 2, pause.longest)) {
      this.context.signal.throwIfAborted();
      try {
        return await ask((await this.one()).docker);
      } catch (error) {
        this.current = undefined;
        // Nobody in any Swarm: waiting would not change it.
        const passing = error instanceof NoManager ? !error.allInactive : isPassing(error);
        if (!passing || performance.now() > deadline) throw error;
      }
      await sleep(wait, undefined, { signal: this.context.signal });
    }
  }
}
