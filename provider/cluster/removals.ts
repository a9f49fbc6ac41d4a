import type { MachineRef, MachineRole } from "../sdk/shapes";
import { messageOf } from "../server/failure";
import type { Context } from "../server/handler";
import type { Connection } from "../transport/types";
import { until } from "./poll";

/** A node that is being removed. */
interface Removal {
  readonly machine: string;
  readonly role: MachineRole;
  state: "under way" | "failed";
}

/**
 * The removals of this process, by node: a destroy removes all nodes at once, each in a call of its own, and
 * those that decide have to go last. Removals of other processes are kept apart by the lease.
 */
export class Removals {
  private readonly nodes = new Map<string, Removal>();

  /** Runs one removal and remembers how it went. */
  async track<T>(
    nodeId: string,
    removal: Pick<Removal, "machine" | "role">,
    work: () => Promise<T>,
  ): Promise<T> {
    const entry: Removal = { ...removal, state: "under way" };
    this.nodes.set(nodeId, entry);
    try {
      const result = await work();
      this.nodes.delete(nodeId);
      return result;
    } catch (error) {
      entry.state = "failed";
      throw error;
    }
  }

  /** Whether workers are still on their way out. */
  get workersUnderWay(): boolean {
    return this.some("worker", "under way").length > 0;
  }

  /** Machines of workers that were to go in this run and could not. */
  get failedWorkers(): string[] {
    return this.some("worker", "failed");
  }

  /**
   * When the whole cluster goes, those that decide go last: workers need them to leave, and a worker that has to stay
   * needs them to live.
   *
   * @param role what the machine is called that waits
   */
  async workersFirst(
    context: Context,
    { machine }: MachineRef,
    role: string,
    { seconds, every }: { readonly seconds: number; readonly every: number },
  ): Promise<void> {
    await until(() => Promise.resolve(this.workersUnderWay ? undefined : true), {
      seconds,
      every,
      signal: context.signal,
      late: () => `${machine} is not removed: workers of the same run are still leaving`,
    });
    const failed = this.failedWorkers;
    if (failed.length > 0)
      throw new Error(
        `${machine} stays a ${role}: ${failed.join(", ")} of the same run could not be removed, and needs it. Cure that first, then run again`,
      );
  }

  hasFailed(nodeId: string): boolean {
    return this.nodes.get(nodeId)?.state === "failed";
  }

  private some(role: Removal["role"], state: Removal["state"]): string[] {
    return [...this.nodes.values()]
      .filter((removal) => removal.role === role && removal.state === state)
      .map(({ machine }) => machine);
  }
}

/**
 * The host of a node that is to go, or `undefined` when there is none any more.
 * @param what that it has to be asked or reached for
 */
export async function reachLeaving(
  context: Context,
  ref: MachineRef,
  what: string,
): Promise<Connection | undefined> {
  if ((await context.inventory.existence(ref)) === "absent") return undefined;
  try {
    return await context.connect(ref);
  } catch (error) {
    context.signal.throwIfAborted();
    throw new Error(
      `${ref.machine} is not removed: it exists, but cannot be ${what} (${messageOf(error)}). ` +
        "Bring it back. Or, if its data may go, destroy the VM in vCenter, then run `pulumi refresh` and `pulumi up`",
      { cause: error },
    );
  }
}
