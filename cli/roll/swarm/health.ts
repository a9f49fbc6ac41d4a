import { majorityOf } from "../../../provider/swarm/quorum";

/** A node, as a manager sees it. */
export interface NodeView {
  readonly hostname: string;
  readonly role: "manager" | "worker";
  /** `ready`, `down`, `disconnected` or `unknown`. */
  readonly state: string;
  /** Managers only: `reachable`, `unreachable` or `unknown`. */
  readonly reachability?: string;
}

/** Tasks of a service. */
export interface ServiceView {
  readonly name: string;
  readonly running: number;
  readonly desired: number;
}

/** A Swarm at one moment. */
export interface SwarmView {
  readonly nodes: readonly NodeView[];
  readonly services: readonly ServiceView[];
}

/**
 * What keeps the next machine from being replaced; empty when the Swarm is well.
 * @param expectedNodes number of nodes that the Swarm has when nothing is under way
 * @param before the Swarm before the roll: a service that was not whole then is not waited for
 */
export function judgeSwarm(
  view: SwarmView,
  expectedNodes: number,
  before: SwarmView | undefined,
): readonly string[] {
  return [
    ...judgeNodes(view.nodes, expectedNodes),
    ...judgeServices(view.services, before?.services),
  ];
}

function judgeNodes(nodes: readonly NodeView[], expected: number): readonly string[] {
  const problems = nodes.flatMap(({ hostname, role, state, reachability }) => {
    if (state !== "ready") return [`node ${hostname} is ${state}`];
    if (role === "manager" && reachability !== "reachable") {
      return [`manager ${hostname} is ${reachability ?? "of unknown reachability"}`];
    }
    return [];
  });
  if (nodes.length !== expected) {
    problems.push(`the Swarm has ${nodes.length} nodes, the Pulumi stack ${expected}`);
  }
  const managers = nodes.filter(({ role }) => role === "manager");
  const reachable = managers.filter(({ reachability }) => reachability === "reachable").length;
  const needed = majorityOf(managers.length);
  if (reachable < needed) {
    problems.push(
      `quorum: ${reachable} of ${managers.length} managers are reachable, ${needed} are needed`,
    );
  }
  return problems;
}

function judgeServices(
  services: readonly ServiceView[],
  before: readonly ServiceView[] | undefined,
): readonly string[] {
  return services
    .filter(({ running, desired }) => running < desired)
    .filter(({ name }) => {
      const then = before?.find((service) => service.name === name);
      return before !== undefined && (then === undefined || then.running >= then.desired);
    })
    .map(({ name, running, desired }) => `service ${name} runs ${running} of ${desired} tasks`);
}
