import type { ComposeProject, ComposeService } from "../../spec";
import type { PinnedImage } from "../digests";
import type { ApplicationNames } from "../names";
import { deployOf, limitsOf, replicasOf, reservationsOf } from "../swarm/serviceSpec";
import { isConstraint, runsOn, satisfies } from "./eligibility";
import type { NodeFacts, SwarmFacts } from "./facts";
import type { Objection } from "./objection";

export interface PlacementArgs {
  readonly project: ComposeProject;
  readonly images: Readonly<Record<string, PinnedImage>>;
  readonly names: ApplicationNames;
  readonly facts: SwarmFacts;
}

/** A service and the nodes that may run it. */
interface Placed {
  readonly key: string;
  readonly service: ComposeService;
  readonly nodes: readonly NodeFacts[];
}

interface Room {
  cpus: number;
  memoryBytes: number;
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
    if (fitting.length === 0) return [wrongPlatform(key, image, allowed)];
    placed.push({ key, service, nodes: fitting });
    return [...tooLarge(key, service, fitting), ...tooMany(key, service, fitting)];
  });
  const room = freeRoom(facts, names, Object.keys(project.services));
  return [
    ...objections,
    ...placed.sort(byDemand).flatMap((one) => noRoom(one.key, one.service, one.nodes, room)),
  ];
}

/** Those with the least choice first, then the largest: what can be placed at all is placed so. */
function byDemand(a: Placed, b: Placed): number {
  const [one, other] = [reservationsOf(a.service), reservationsOf(b.service)];
  return (
    a.nodes.length - b.nodes.length ||
    (other.memoryBytes ?? 0) - (one.memoryBytes ?? 0) ||
    (other.cpus ?? 0) - (one.cpus ?? 0)
  );
}

function wrongPlatform(
  key: string,
  image: PinnedImage | undefined,
  nodes: readonly NodeFacts[],
): Objection {
  const built = (image?.platforms ?? []).map(({ os, architecture }) => `${os}/${architecture}`);
  const has = new Set(nodes.map(({ os, architecture }) => `${os}/${architecture}`));
  return {
    path: ["services", key, "image"],
    message: `is built for ${built.join(", ")}, and the nodes that may run it are ${[...has].join(", ")}; build it for those`,
  };
}

/** A limit that is more than any node has promises what can't be had. */
function tooLarge(key: string, service: ComposeService, nodes: readonly NodeFacts[]): Objection[] {
  const { cpus = 0, memoryBytes = 0 } = limitsOf(service);
  const place = ["services", key, "deploy", "resources", "limits"];
  const objections: Objection[] = [];
  const mostCpus = Math.max(...nodes.map((node) => node.cpus));
  const mostMemory = Math.max(...nodes.map((node) => node.memoryBytes));
  if (cpus > mostCpus) {
    objections.push({
      path: [...place, "cpus"],
      message: `is ${cpus} CPUs, and no node that may run it has more than ${mostCpus}; lower it, or allow larger nodes`,
    });
  }
  if (memoryBytes > mostMemory) {
    objections.push({
      path: [...place, "memory"],
      message: `is ${mib(memoryBytes)}, and no node that may run it has more than ${mib(mostMemory)}; lower it, or allow larger nodes`,
    });
  }
  return objections;
}

function tooMany(key: string, service: ComposeService, nodes: readonly NodeFacts[]): Objection[] {
  const perNode = deployOf(service).placement.max_replicas_per_node;
  const replicas = replicasOf(service);
  if (isGlobal(service) || perNode === undefined || replicas <= perNode * nodes.length) return [];
  return [
    {
      path: ["services", key, "deploy", "replicas"],
      message: `is ${replicas}, and ${nodes.length} nodes take at most ${perNode} each (max_replicas_per_node); allow more per node, or have fewer`,
    },
  ];
}

/** Takes the room that the service's tasks reserve, the narrowest first, and says how many have none. */
function noRoom(
  key: string,
  service: ComposeService,
  nodes: readonly NodeFacts[],
  room: ReadonlyMap<string, Room>,
): Objection[] {
  const { cpus = 0, memoryBytes = 0 } = reservationsOf(service);
  if (cpus === 0 && memoryBytes === 0) return [];
  const taken = new Map<string, number>();
  const perNode = isGlobal(service)
    ? 1
    : (deployOf(service).placement.max_replicas_per_node ?? Infinity);
  const wanted = isGlobal(service) ? nodes.length : replicasOf(service);
  for (let placed = 0; placed < wanted; placed++) {
    const node = nodes
      .filter(({ id }) => {
        const free = room.get(id);
        const fits =
          free !== undefined && free.cpus >= cpus - 1e-9 && free.memoryBytes >= memoryBytes;
        return fits && (taken.get(id) ?? 0) < perNode;
      })
      .sort((a, b) => narrowness(room.get(a.id)) - narrowness(room.get(b.id)))[0];
    const free = node && room.get(node.id);
    if (node === undefined || free === undefined) {
      return [
        {
          path: ["services", key, "deploy", "resources", "reservations"],
          message: `${wanted - placed} of ${wanted} tasks have no room: each reserves ${cpus} CPUs and ${mib(memoryBytes)}, and what the nodes have is reserved by others; reserve less, or add nodes`,
        },
      ];
    }
    free.cpus -= cpus;
    free.memoryBytes -= memoryBytes;
    taken.set(node.id, (taken.get(node.id) ?? 0) + 1);
  }
  return [];
}

function narrowness({ cpus, memoryBytes }: Room = { cpus: 0, memoryBytes: 0 }): number {
  return memoryBytes / 2 ** 30 + cpus;
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

function isGlobal(service: ComposeService): boolean {
  return (service.deploy?.mode ?? "").startsWith("global");
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

function mib(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
