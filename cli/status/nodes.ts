import { wordsOf } from "../orchestratorWords";
import type { NodeFacts, Orchestrator, UseFacts } from "./facts";
import { worst } from "./severity";
import type { NodeView, QuorumView, Severity, UseView } from "./view";

/** From which share on the use of a node is worth a look; memory and full disks as the alerts have it. */
const much = { cpu: 0.9, memory: 0.92, disk: { warning: 0.85, critical: 0.95 } } as const;

/** How many more of those that decide may be lost. The only one of a cluster is no problem: somebody wanted it so. */
export function quorumView(
  nodes: readonly NodeFacts[],
  orchestrator: Orchestrator,
): { readonly severity: Severity; readonly value: QuorumView } {
  const all = nodes.filter(({ role }) => role !== "worker");
  const deciding = all.filter(({ decides }) => decides === true).length;
  const members = all.length;
  const losses = deciding - (Math.floor(members / 2) + 1);
  const { decider } = wordsOf({ orchestrator });
  const view = (severity: Severity, text: string) => ({
    severity,
    value: {
      members,
      deciding,
      losses,
      text: `${deciding} of ${members} ${decider}${members === 1 ? "" : "s"}, ${text}`,
    },
  });
  if (losses < 0) return view("critical", "no quorum: nothing can be decided");
  if (members === 1) return view("ok", "which may not be lost");
  if (losses === 0) return view("critical", "no more may be lost");
  const text = `${losses} ${deciding < members ? "more " : ""}may be lost`;
  return view(deciding < members ? "warning" : "ok", text);
}

export function nodeView(node: NodeFacts, { cpu, memory, disk }: UseFacts = {}): NodeView {
  const { name, role, version, isReady, availability, decides } = node;
  const uses = {
    ...(cpu !== undefined && { cpu: useView(cpu, much.cpu) }),
    ...(memory !== undefined && { memory: useView(memory, much.memory) }),
    ...(disk !== undefined && {
      disk: {
        ...useView(disk.used, much.disk.warning, much.disk.critical),
        mountpoint: disk.mountpoint,
      },
    }),
  };
  const isDown = !isReady || decides === false;
  const stateSeverity: Severity = isDown
    ? "critical"
    : availability === "active"
      ? "ok"
      : "warning";
  return {
    name,
    role,
    version,
    isReady,
    state: stateOf(node),
    stateSeverity,
    severity: worst([stateSeverity, ...Object.values(uses).map(({ severity }) => severity)]),
    ...uses,
  };
}

const closed = { pause: "paused", drain: "drained", cordoned: "cordoned" } as const;

function stateOf({ isReady, trouble, availability, decides }: NodeFacts): string {
  return [
    isReady ? "ready" : (trouble ?? "not ready"),
    ...(isReady && decides === false ? ["takes no part in decisions"] : []),
    ...(availability === "active" ? [] : [closed[availability]]),
  ].join(", ");
}

function useView(used: number, warning: number, critical = Infinity): UseView {
  return { used, severity: used >= critical ? "critical" : used >= warning ? "warning" : "ok" };
}
