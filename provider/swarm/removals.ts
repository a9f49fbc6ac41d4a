import type { MachineRole } from "../sdk/shapes";

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

  hasFailed(nodeId: string): boolean {
    return this.nodes.get(nodeId)?.state === "failed";
  }

  private some(role: Removal["role"], state: Removal["state"]): string[] {
    return [...this.nodes.values()]
      .filter((removal) => removal.role === role && removal.state === state)
      .map(({ machine }) => machine);
  }
}
