import type { Objection } from "../../preflight/objection";
import { runsOn } from "../../preflight/eligibility";
import {
  type Placed,
  platformObjection,
  type Room,
  roomObjections,
  sizeObjections,
} from "../../preflight/room";
import { deployOf } from "../../service";
import { meets, nodeLabels, requirements } from "../constraints";
import { contextsOf } from "../contexts";
import { files } from "../files";
import { namespaceOf } from "../names";
import { tolerations } from "../placement";
import type { KubernetesArgs, Taint } from "../types";
import type { KubernetesFacts, NodeFacts } from "./facts";

/** Services that no node takes, or not so many pods of them: by constraints, taints, platform, limits and reservations. */
export function placementObjections(args: KubernetesArgs, facts: KubernetesFacts): Objection[] {
  const placed: Placed[] = [];
  const objections = contextsOf(args, files(args)).flatMap(({ key, service, image }) => {
    const required = requirements(service);
    const tolerated = tolerations(service, args.pools) as readonly Toleration[];
    const meant = facts.nodes.filter(({ labels }) => required.every((one) => meets(labels, one)));
    const allowed = meant.filter(
      ({ isReady, taints }) => isReady && taints.every((taint) => tolerates(tolerated, taint)),
    );
    if (allowed.length === 0) {
      const { constraints = [] } = deployOf(service).placement;
      const wanted = constraints.join(" and ") || "this";
      return [
        {
          path: ["services", key, "deploy", "placement", "constraints"],
          message: `no node that takes pods satisfies ${wanted}; nodes are ${describeNodes(facts.nodes)}`,
        },
      ];
    }
    const fitting = allowed.filter((node) => runsOn(image, node));
    if (fitting.length === 0) return [platformObjection(key, image, allowed)];
    placed.push({ key, service, nodes: fitting });
    return sizeObjections(key, service, fitting);
  });
  return [...objections, ...roomObjections(placed, freeRoom(args, facts))];
}

interface Toleration {
  readonly key: string;
  readonly operator: string;
  readonly value?: string;
  readonly effect: string;
}

/** A taint that is only a wish keeps no pod away. */
function tolerates(
  tolerations: readonly Toleration[],
  { key, value = "", effect }: Taint,
): boolean {
  return (
    effect === "PreferNoSchedule" ||
    tolerations.some(
      (one) =>
        one.key === key &&
        one.effect === effect &&
        (one.operator === "Exists" || one.value === value),
    )
  );
}

/** What each node has left beside the pods of others. */
function freeRoom(
  { application }: KubernetesArgs,
  { nodes, pods }: KubernetesFacts,
): ReadonlyMap<string, Room> {
  const room = new Map(
    nodes.map(({ id, cpus, memoryBytes }): [string, Room] => [id, { cpus, memoryBytes }]),
  );
  for (const { namespace, node, reserved } of pods) {
    const free = room.get(node);
    if (free === undefined || namespace === namespaceOf(application)) continue;
    free.cpus -= reserved.cpus;
    free.memoryBytes -= reserved.memoryBytes;
  }
  return room;
}

/** Labels that every node has tell nothing of one. */
const common = /^(beta\.)?(kubernetes\.io|node\.kubernetes\.io|slipway)[./]/;

function describeNodes(nodes: readonly NodeFacts[]): string {
  if (nodes.length === 0) return "none";
  return nodes
    .map(({ id, labels, taints, isReady }) => {
      const role = labels[nodeLabels.controlPlane] === undefined ? "worker" : "control plane";
      const shown = Object.entries(labels)
        .filter(([name]) => !common.test(name) && !name.startsWith("node-role.kubernetes.io/"))
        .map(([name, value]) => `${name}=${value}`);
      const tainted = taints
        .filter(({ key }) => key !== nodeLabels.controlPlane)
        .map(({ key, value }) => `taint ${key}${value ? `=${value}` : ""}`);
      const state = isReady ? [] : ["takes no pods"];
      return `${id} (${[role, ...shown, ...tainted, ...state].join(", ")})`;
    })
    .join(", ");
}
