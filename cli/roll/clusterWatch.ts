import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterAccess } from "../access";
import { failed } from "../exit";
import type { Terminal } from "../terminal";
import type * as kubernetes from "./kubernetes/watch";
import type * as swarm from "./swarm/watch";

/** Whether a VM is a node of a cluster. `unknown`: nobody could be asked. */
export type Membership = "member" | "none" | "unknown";

/**
 * Looks at a cluster from outside, as roll and recover have to: what differs between orchestrators, and nothing else.
 *
 * @template View what a look tells; only the watch itself reads it.
 */
export interface ClusterWatch<View = unknown> {
  /** @throws when nobody who decides in the cluster answers, with what each of them said. */
  look(): Promise<View>;
  /**
   * What keeps the next machine from being replaced; empty when the cluster is well.
   * @param expectedNodes number of nodes that the cluster has when nothing is under way
   * @param before the cluster before the roll: what was not whole then is not waited for
   */
  judge(view: View, expectedNodes: number, before: View | undefined): readonly string[];
  /** Host names that are of the cluster. @throws as `look`. */
  members(): Promise<ReadonlySet<string>>;
  /** Why this machine must not be destroyed: the data that is on it alone; `undefined` when there is none. */
  dataObjection(machine: string, vmUuid: string): Promise<string | undefined>;
  /** What this machine says of itself, where no cluster is known that could be asked. */
  membershipOf(machine: string, vmUuid: string): Promise<Membership>;
  close(): Promise<void>;
}

/** The watch for the orchestrator of a cluster; what only the other one needs is not loaded. */
export function openWatch(
  access: ClusterAccess,
  terminal: Terminal,
  signal: AbortSignal,
): ClusterWatch {
  switch (access.spec.orchestrator) {
    case "swarm": {
      const { SwarmWatch } = module.require("./swarm/watch") as typeof swarm;
      return SwarmWatch.open(access, signal);
    }
    case "kubernetes": {
      const { KubernetesWatch } = module.require("./kubernetes/watch") as typeof kubernetes;
      return KubernetesWatch.open(access, terminal, signal);
    }
  }
}

/** Between two looks, milliseconds. */
const pause = 2000;

export interface WaitOptions<View> {
  readonly expectedNodes: number;
  readonly before?: View;
  readonly timeoutSeconds: number;
  /** Told when what is waited for changes. */
  readonly onProblems: (problems: readonly string[]) => void;
  readonly signal: AbortSignal;
}

/** Waits until the cluster is well. @throws when the time is over, with what is wrong still. */
export async function waitUntilWell<View>(
  watch: ClusterWatch<View>,
  options: WaitOptions<View>,
): Promise<View> {
  const deadline = performance.now() + options.timeoutSeconds * 1000;
  for (let last = ""; ;) {
    const { view, problems } = await judged(watch, options);
    if (view !== undefined && problems.length === 0) return view;
    if (performance.now() > deadline) {
      throw failed(`after ${options.timeoutSeconds} s: ${problems.join("; ")}`);
    }
    if (problems.join() !== last) options.onProblems(problems);
    last = problems.join();
    await sleep(pause, undefined, { signal: options.signal });
  }
}

async function judged<View>(
  watch: ClusterWatch<View>,
  { expectedNodes, before, signal }: WaitOptions<View>,
): Promise<{ readonly view?: View; readonly problems: readonly string[] }> {
  try {
    const view = await watch.look();
    return { view, problems: watch.judge(view, expectedNodes, before) };
  } catch (error) {
    signal.throwIfAborted();
    return { problems: [error instanceof Error ? error.message : String(error)] };
  }
}
