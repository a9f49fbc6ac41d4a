/** Machines that decide in a cluster, whoever orchestrates it: Swarm managers, Kubernetes control planes. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Endpoint } from "../inventory/types";
import { messageOf } from "../server/failure";
import type { Context } from "../server/handler";
import type { Connection } from "../transport/types";

/** A decider of the inventory with its state; `failure` says why it could not be asked. */
export interface Probe<L> {
  readonly endpoint: Pick<Endpoint, "machine" | "address" | "vmUuid">;
  readonly connection?: Connection;
  readonly local?: L;
  readonly failure?: string;
}

/** Asks a host what it is in its own eyes. */
export type AskState<L> = (connection: Connection) => Promise<L>;

/** Starts to ask every decider of the inventory, in the order of their names. Machines that are powered off have failed already. */
async function startProbes<L>(context: Context, ask: AskState<L>): Promise<Promise<Probe<L>>[]> {
  const [endpoints, dormant] = await Promise.all([
    context.inventory.managers(),
    context.inventory.dormant(),
  ]);
  const asked = endpoints.map((endpoint) => ({
    machine: endpoint.machine,
    probe: probe(context, endpoint, ask),
  }));
  const silent = dormant
    .filter(({ role }) => role !== "worker")
    .map(({ machine, reason }) => ({
      machine,
      probe: Promise.resolve<Probe<L>>({ endpoint: { machine, address: "-" }, failure: reason }),
    }));
  return [...asked, ...silent]
    .sort((a, b) => a.machine.localeCompare(b.machine, "en", { numeric: true }))
    .map((one) => one.probe);
}

async function probe<L>(context: Context, endpoint: Endpoint, ask: AskState<L>): Promise<Probe<L>> {
  try {
    const connection = await context.connectTo(endpoint);
    return { endpoint, connection, local: await ask(connection) };
  } catch (error) {
    context.signal.throwIfAborted();
    return { endpoint, failure: messageOf(error) };
  }
}

/** Asks every decider of the inventory, side by side. */
export async function probeAll<L>(context: Context, ask: AskState<L>): Promise<Probe<L>[]> {
  return Promise.all(await startProbes(context, ask));
}

/** What each probe found, a line each. */
export function describeProbes<L>(
  probes: readonly Probe<L>[],
  describe: (local: L) => string,
): string {
  return probes
    .map(
      ({ endpoint, failure, local }) =>
        `  ${endpoint.machine} (${endpoint.address}): ${failure ?? (local === undefined ? "not asked" : describe(local))}`,
    )
    .join("\n");
}

/** Which decider is wanted. */
export interface Wanted<L, D> {
  /** The decider that a probe has found; `undefined` where it is none, or of another cluster. */
  readonly deciderOf: (probe: Probe<L>) => D | undefined;
  /** Deciders that are taken only when no other one answers. */
  readonly isAvoided: (decider: D) => boolean;
  /** The error where none answers. */
  readonly none: (probes: readonly Probe<L>[]) => Error;
}

/** The first decider that answers: one that is just going away costs no time. */
export async function reachDecider<L, D>(
  context: Context,
  ask: AskState<L>,
  { deciderOf, isAvoided, none }: Wanted<L, D>,
): Promise<D> {
  const probes = await startProbes(context, ask);
  const preferred = await firstDefined(
    probes.map(async (pending) => {
      const found = deciderOf(await pending);
      return found === undefined || isAvoided(found) ? undefined : found;
    }),
  );
  if (preferred !== undefined) return preferred;
  const all = await Promise.all(probes);
  for (const one of all) {
    const avoided = deciderOf(one);
    if (avoided !== undefined) return avoided;
  }
  throw none(all);
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

const pause = { first: 250, longest: 3000 } as const;

/**
 * The deciders of one cluster as one partner: a question goes to one that answers, and again to another one while
 * leadership moves. So what is asked must be repeatable.
 */
export abstract class Deciders<D> {
  private current: D | undefined;

  /** @param patienceSeconds how long they may take to answer again */
  constructor(
    protected readonly context: Context,
    private readonly patienceSeconds: number,
  ) {}

  /** The first decider that answers now. */
  protected abstract reach(): Promise<D>;

  /** Whether another one, or the same one later, may answer what failed so. */
  protected abstract mayPass(error: unknown): boolean;

  /** One that has answered before, or the first that answers now. */
  async one(): Promise<D> {
    return (this.current ??= await this.reach());
  }

  /** Forgets who answered: the next question looks for whoever does then. */
  forget(): void {
    this.current = undefined;
  }

  protected async askAny<T>(ask: (decider: D) => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.patienceSeconds * 1000;
    for (let wait: number = pause.first; ; wait = Math.min(wait * 2, pause.longest)) {
      this.context.signal.throwIfAborted();
      try {
        return await ask(await this.one());
      } catch (error) {
        this.forget();
        if (!this.mayPass(error) || performance.now() > deadline) throw error;
      }
      await sleep(wait, undefined, { signal: this.context.signal });
    }
  }
}
