import type { ComposeService } from "../../spec";
import type { PinnedImage } from "../digests";
import { deployOf, limitsOf, replicasOf, reservationsOf } from "../service";
import type { Objection } from "./objection";

/** A node as far as its size and platform go, whatever the orchestrator. */
export interface SizedNode {
  readonly id: string;
  readonly os: string;
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** A service and the nodes that may run it. */
export interface Placed {
  readonly key: string;
  readonly service: ComposeService;
  readonly nodes: readonly SizedNode[];
}

/** What a node has left. */
export interface Room {
  cpus: number;
  memoryBytes: number;
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

/** An image that is built for none of the nodes that may run it. */
export function platformObjection(
  key: string,
  image: PinnedImage | undefined,
  nodes: readonly SizedNode[],
): Objection {
  const built = (image?.platforms ?? []).map(({ os, architecture }) => `${os}/${architecture}`);
  const has = new Set(nodes.map(({ os, architecture }) => `${os}/${architecture}`));
  return {
    path: ["services", key, "image"],
    message: `is built for ${built.join(", ")}, and the nodes that may run it are ${[...has].join(", ")}; build it for those`,
  };
}

/** Limits that no node can hold, and more tasks than the nodes may take. */
export function sizeObjections(
  key: string,
  service: ComposeService,
  nodes: readonly SizedNode[],
): Objection[] {
  return [...tooLarge(key, service, nodes), ...tooMany(key, service, nodes)];
}

/** A limit that is more than any node has promises what can't be had. */
function tooLarge(key: string, service: ComposeService, nodes: readonly SizedNode[]): Objection[] {
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

function tooMany(key: string, service: ComposeService, nodes: readonly SizedNode[]): Objection[] {
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

/**
 * Tasks that have no room beside all others: by what they reserve, the narrowest first.
 *
 * @param room What each node has left, by its id; what is taken here is taken from it.
 */
export function roomObjections(
  placed: readonly Placed[],
  room: ReadonlyMap<string, Room>,
): Objection[] {
  return [...placed].sort(byDemand).flatMap((one) => noRoom(one.key, one.service, one.nodes, room));
}

/** Takes the room that the service's tasks reserve, the narrowest first, and says how many have none. */
function noRoom(
  key: string,
  service: ComposeService,
  nodes: readonly SizedNode[],
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

function isGlobal(service: ComposeService): boolean {
  return (service.deploy?.mode ?? "").startsWith("global");
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
