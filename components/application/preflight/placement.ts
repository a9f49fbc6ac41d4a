import type { ComposeProject } from "../../spec";
import type { PinnedImage } from "../digests";
import type { ApplicationNames } from "../names";
import { deployOf } from "../service";
import { isConstraint, runsOn, satisfies } from "./eligibility";
import type { NodeFacts, SwarmFacts } from "./facts";
import type { Objection } from "./objection";
import { type Placed, platformObjection, type Room, roomObjections, sizeObjections } from "./room";

export interface PlacementArgs {
  readonly project: ComposeProject;
  readonly images: Readonly<Record<string, PinnedImage>>;
  readonly names: ApplicationNames;
  readonly facts: SwarmFacts;
}

/** Services that no node takes, or not so many tasks of them: by constraints, platform, limits and reservations. */
export function placementObjections({ project, images, names, facts }: PlacementArgs): Objection[] {
  const ready = facts.nodes.filter(({ isReady }) => isReady);
  const placed: Placed[] = [];
  const objections = Object.entries(project.services).flatMap(([key, service]) => {
    const { constraints = [] } = deployOf(service).placement;
    const place = ["services", key, "deploy"] as const;
    const unreadable = constraints.flatMap((constraint, index) =>
      isConstraint(constraint)
        ? []
        : [
            {
              path: [...place, "placement", "constraints", index],
              message: `is no constraint that Swarm knows: ${constraint}; write for example node.labels.zone == a, or node.role == worker`,
            },
          ],
    );
    if (unreadable.length > 0) return unreadable;
    const allowed = ready.filter((node) => constraints.every((one) => satisfies(node, one)));
    if (allowed.length === 0) {
      return [
        {
          path: [...place, "placement", "constraints"],
          message: `no node that takes tasks satisfies ${constraints.join(" and ") || "this"}; nodes are ${describeNodes(facts.nodes)}`,
        },
      ];
    }
    const image = images[service.image ?? ""];
    const fitting = image === undefined ? allowed : allowed.filter((node) => runsOn(image, node));
    if (fitting.length === 0) return [platformObjection(key, image, allowed)];
    placed.push({ key, service, nodes: fitting });
    return sizeObjections(key, service, fitting);
  });
  const room = freeRoom(facts, names, Object.keys(project.services));
  return [...objections, ...roomObjections(placed, room)];
}

/** What each node has left beside the tasks of other services. */
function freeRoom(
  { nodes, services, tasks }: SwarmFacts,
  names: ApplicationNames,
  own: readonly string[],
): ReadonlyMap<string, Room> {
  const room = new Map(
    nodes.map(({ id, cpus, memoryBytes }): [string, Room] => [id, { cpus, memoryBytes }]),
  );
  const ownNames = new Set(own.map((key) => names.service(key)));
  const others = new Map(
    services.filter(({ name }) => !ownNames.has(name)).map(({ id, reserved }) => [id, reserved]),
  );
  for (const { serviceId, nodeId } of tasks) {
    const free = room.get(nodeId);
    const reserved = others.get(serviceId);
    if (free === undefined || reserved === undefined) continue;
    free.cpus -= reserved.cpus;
    free.memoryBytes -= reserved.memoryBytes;
  }
  return room;
}

function describeNodes(nodes: readonly NodeFacts[]): string {
  return nodes
    .map(({ hostname, role, isReady, labels }) => {
      const shown = Object.entries(labels)
        .filter(([name]) => !name.startsWith("slipway."))
        .map(([name, value]) => `${name}=${value}`);
      return `${hostname} (${[role, ...shown, ...(isReady ? [] : ["takes no tasks"])].join(", ")})`;
    })
    .join(", ");
}
