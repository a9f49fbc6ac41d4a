import { setTimeout as sleep } from "node:timers/promises";
import type { Endpoint } from "../inventory/types";
import type { MachineRef } from "../sdk/shapes";
import { messageOf } from "../server/failure";
import type { Context } from "../server/handler";
import type { Connection } from "../transport/types";
import { isPassing } from "./api/errors";
import { Kubectl } from "./api/kubectl";
import { describeState, isOut, localState, type LocalState } from "./localState";

/** A control plane of the inventory with its state; `failure` says why it could not be asked. */
export interface Probe {
  readonly endpoint: Pick<Endpoint, "machine" | "address" | "vmUuid">;
  readonly connection?: Connection;
  readonly local?: LocalState;
  readonly failure?: string;
}

/** Starts to ask every control plane of the inventory, in the order of their names. Machines that are powered off have failed already. */
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
    .filter(({ role }) => role !== "worker")
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
    return { endpoint, connection, local: await localState(connection) };
  } catch (error) {
    context.signal.throwIfAborted();
    return { endpoint, failure: messageOf(error) };
  }
}

/** Asks every control plane of the inventory, side by side. */
export async function probeControlPlanes(context: Context): Promise<Probe[]> {
  return Promise.all(await startProbes(context));
}

/** A control plane whose API server answers for the cluster. */
export interface ControlPlane {
  readonly endpoint: Probe["endpoint"];
  readonly connection: Connection;
  readonly kubectl: Kubectl;
  readonly nodeName: string;
  readonly clusterId: string;
}

/** No control plane answers for the cluster: which were asked, and what each said. */
export class NoControlPlane extends Error {
  constructor(readonly probes: readonly Probe[]) {
    const said = probes.map(
      ({ endpoint, failure, local }) =>
        `  ${endpoint.machine} (${endpoint.address}): ${failure ?? (local === undefined ? "not asked" : describeState(local))}`,
    );
    super(
      said.length === 0
        ? "the cluster has no control plane"
        : `no control plane answers for the cluster:\n${said.join("\n")}`,
    );
    this.name = "NoControlPlane";
  }

  /** Every control plane that there is was asked, and every one says that it is in no cluster. */
  get allOut(): boolean {
    return this.probes.every(({ local }) => local !== undefined && isOut(local));
  }
}

export interface Choice {
  /** Only control planes of this cluster. */
  readonly clusterId?: string;
  /** Machine that is asked only when no other one answers. */
  readonly avoid?: MachineRef;
}

function controlPlaneOf(
  { endpoint, connection, local }: Probe,
  wanted?: string,
): ControlPlane | undefined {
  if (connection === undefined || local?.clusterId === undefined || isOut(local)) return undefined;
  if (wanted !== undefined && local.clusterId !== wanted) return undefined;
  const { nodeName, clusterId } = local;
  return { endpoint, connection, kubectl: new Kubectl(connection), nodeName, clusterId };
}

/** Whether both are the same machine, of the same generation where that is known. */
export function isSameMachine(
  endpoint: Pick<Endpoint, "machine" | "vmUuid">,
  ref: MachineRef,
): boolean {
  if (endpoint.machine !== ref.machine) return false;
  if (endpoint.vmUuid === undefined || ref.vmUuid === undefined) return true;
  return endpoint.vmUuid.toLowerCase() === ref.vmUuid.toLowerCase();
}

/**
 * The first control plane that answers: one that is just going away costs no time.
 * @throws NoControlPlane, never "absent", when none can be asked.
 */
export async function reachControlPlane(
  context: Context,
  choice: Choice = {},
): Promise<ControlPlane> {
  const probes = await startProbes(context);
  const { avoid, clusterId } = choice;
  const preferred = await firstDefined(
    probes.map(async (pending) => {
      const found = controlPlaneOf(await pending, clusterId);
      return found !== undefined && avoid !== undefined && isSameMachine(found.endpoint, avoid)
        ? undefined
        : found;
    }),
  );
  if (preferred !== undefined) return preferred;
  const all = await Promise.all(probes);
  const avoided = all.map((one) => controlPlaneOf(one, clusterId)).find(Boolean);
  if (avoided === undefined) throw new NoControlPlane(all);
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

/** How long API servers may take to answer again, while etcd elects a leader or a control plane restarts, seconds. */
const recoverySeconds = 60;
const pause = { first: 250, longest: 3000 } as const;

/**
 * The control planes of one cluster as one partner: a question goes to one that answers, and again to another one
 * while leadership moves. So what is asked must be repeatable.
 */
export class ControlPlanes {
  private current: ControlPlane | undefined;

  constructor(
    private readonly context: Context,
    private readonly choice: Choice = {},
  ) {}

  /** One that has answered before, or the first that answers now. */
  async one(): Promise<ControlPlane> {
    return (this.current ??= await reachControlPlane(this.context, this.choice));
  }

  /** Forgets who answered: the next question looks for whoever does then. */
  forget(): void {
    this.current = undefined;
  }

  async call<T>(ask: (kubectl: Kubectl) => Promise<T>): Promise<T> {
    const deadline = performance.now() + recoverySeconds * 1000;
    for (let wait: number = pause.first; ; wait = Math.min(wait * 2, pause.longest)) {
      this.context.signal.throwIfAborted();
      try {
        return await ask((await this.one()).kubectl);
      } catch (error) {
        this.current = undefined;
        // Nobody in any cluster: waiting would not change it.
        const passing = error instanceof NoControlPlane ? !error.allOut : isPassing(error);
        if (!passing || performance.now() > deadline) throw error;
      }
      await sleep(wait, undefined, { signal: this.context.signal });
    }
  }
}
