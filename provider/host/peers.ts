import type { Endpoint } from "../inventory/types";
import { messageOf } from "../server/failure";
import type { Context } from "../server/handler";
import type { HostFacts, MachineRef } from "../sdk/shapes";
import type { Connection } from "../transport/types";
import type { Peer } from "./preflight";
import { reachScript } from "./script";

/** How many other machines one host is held against: all managers first. More would make large clusters slow to grow. */
const maxPeers = 64;
/** How many peers a host tries to reach: all managers, and a few others. */
const maxReached = 12;
/** How long a peer that does not answer is waited for, seconds. */
const peerPatience = 5;

type Identity = Pick<HostFacts, "hostname" | "machineId">;

/** What each machine said, once per process: with a hundred hosts, each is still asked once. */
const identities = new Map<string, Promise<Identity | undefined>>();

/** The other machines of the cluster that run now, as far as they can be asked. */
export async function askPeers(
  context: Context,
  connection: Connection,
  ref: MachineRef,
  own: HostFacts,
): Promise<readonly Peer[]> {
  const all = await context.inventory.machines();
  const self = all.find((endpoint) => isSame(endpoint, ref));
  if (self !== undefined) identities.set(keyOf(self), Promise.resolve(own));
  const others = all
    .filter((endpoint) => !isSame(endpoint, ref))
    .sort((a, b) => a.role.localeCompare(b.role))
    .slice(0, maxPeers);
  const reached = await reach(connection, others.slice(0, maxReached), context.config.port);
  return Promise.all(
    others.map(async (endpoint) => ({
      machine: endpoint.machine,
      address: endpoint.address,
      reachable: reached.get(endpoint.address),
      ...(await identityOf(context, endpoint)),
    })),
  );
}

async function identityOf(context: Context, endpoint: Endpoint): Promise<Identity | undefined> {
  const key = keyOf(endpoint);
  let asked = identities.get(key);
  if (asked === undefined) {
    asked = ask(context, endpoint);
    identities.set(key, asked);
  }
  return asked;
}

async function ask(context: Context, endpoint: Endpoint): Promise<Identity | undefined> {
  try {
    const connection = await context.connectTo(endpoint, peerPatience);
    const answer = await connection.must("asking for its name", "uname -n; cat /etc/machine-id");
    const [hostname = "", machineId = ""] = answer.split("\n");
    return { hostname, machineId };
  } catch (error) {
    context.signal.throwIfAborted();
    context.warn(`not compared with ${endpoint.machine}: ${messageOf(error)}`);
    return undefined;
  }
}

/** By address, whether the host got an answer there; nothing when the host has no means to try. */
async function reach(
  connection: Connection,
  peers: readonly Endpoint[],
  sshPort: number,
): Promise<ReadonlyMap<string, boolean>> {
  if (peers.length === 0) return new Map();
  const addresses = peers.map((peer) => peer.address);
  const answer = await connection.must(
    "trying to reach the other machines",
    reachScript(addresses, [2377, 7946, sshPort]),
  );
  const lines = answer.split("\n").map((line) => line.split("="));
  return new Map(
    lines.flatMap(([outcome, address]) =>
      address === undefined ? [] : [[address, outcome === "reached"] as const],
    ),
  );
}

function isSame(endpoint: Endpoint, ref: MachineRef): boolean {
  return ref.vmUuid === undefined || endpoint.vmUuid === undefined
    ? endpoint.machine === ref.machine
    : endpoint.vmUuid.toLowerCase() === ref.vmUuid.toLowerCase();
}

function keyOf(endpoint: Endpoint): string {
  return `${endpoint.machine} ${endpoint.vmUuid ?? ""} ${endpoint.address}`;
}
