import { error, type Finding, warning } from "../../finding";
import { contains, parseIpv4, type Range, rangeAround, renderCidr } from "../../net";
import type { Path } from "../../problem";
import { plural, quote } from "../../words";
import { type ClusterDraft, type PoolDraft, poolsOf } from "../file";

type Network = NonNullable<PoolDraft["network"]>;

/** Static addresses: one for each machine and perhaps a spare, in the gateway's network, each used once. */
export function* checkAddresses(draft: ClusterDraft): Iterable<Finding> {
  if (draft.vsphere === undefined) return;
  const owners = new Map<number, Path>();
  for (const [name, pool] of poolsOf(draft)) {
    if (pool.network === undefined) continue;
    const place = ["nodePools", name, "network"];
    yield* checkCount(draft, name, pool, pool.network);
    yield* checkNetwork(pool.network, place);
    yield* checkOwners(pool.network, place, owners);
  }
}

/** Network of a pool's machines; undefined where gateway or prefix length are not sound. */
export function staticRange(network: Network): Range | undefined {
  const gateway = network.gateway === undefined ? undefined : parseIpv4(network.gateway);
  if (gateway === undefined || network.prefixLength === undefined) return undefined;
  return rangeAround(gateway, network.prefixLength);
}

function* checkCount(
  draft: ClusterDraft,
  name: string,
  pool: PoolDraft,
  network: Network,
): Iterable<Finding> {
  const { count } = pool;
  const given = network.addresses?.length;
  if (count === undefined || given === undefined) return;
  const place = ["nodePools", name, "network", "addresses"];
  if (given < count || given > count + 1) {
    yield error(
      place,
      `has ${plural(given, "address", "addresses")} for ${plural(count, "machine")}; give ${count}, or ${count + 1} with a spare for rolling`,
    );
  } else if (
    given === count &&
    decides(pool) &&
    isAlone(draft) &&
    isReplaceable(draft) &&
    pool.replace === "rolling"
  ) {
    const it = pool.role === "manager" ? "manager" : "control plane";
    yield warning(
      place,
      `has no spare address, so that the only ${it} can't be replaced by \`slipway roll\`; add one more address`,
    );
  }
}

function decides({ role }: PoolDraft): boolean {
  return role !== undefined && role !== "worker";
}

/** Without an endpoint of its own a control plane stays where it is, which is said elsewhere. */
function isReplaceable(draft: ClusterDraft): boolean {
  return draft.orchestrator !== "kubernetes" || draft.kubernetes?.apiEndpoint !== undefined;
}

function isAlone(draft: ClusterDraft): boolean {
  const deciding = poolsOf(draft).filter(([, pool]) => decides(pool));
  return deciding.reduce((sum, [, pool]) => sum + (pool.count ?? 0), 0) === 1;
}

function* checkNetwork(network: Network, place: Path): Iterable<Finding> {
  const { gateway } = network;
  if (gateway !== undefined && parseIpv4(gateway) === undefined) {
    yield error(
      [...place, "gateway"],
      `must be an IPv4 address; got ${quote(gateway)}, for example 10.1.2.1`,
    );
  }
  const range = staticRange(network);
  if (range !== undefined && gateway !== undefined) {
    const what = reservedIn(range, parseIpv4(gateway));
    if (what !== undefined) {
      yield error(
        [...place, "gateway"],
        `is ${gateway}, the ${what} address of ${renderCidr(range)}; check gateway and prefixLength`,
      );
    }
  }
  for (const [index, address] of (network.addresses ?? []).entries()) {
    if (address === undefined) continue;
    const message = whatIsWrong(address, range, gateway);
    if (message !== undefined) yield error([...place, "addresses", index], message);
  }
}

function whatIsWrong(
  address: string,
  range: Range | undefined,
  gateway: string | undefined,
): string | undefined {
  const number = parseIpv4(address);
  if (number === undefined) {
    const cure = address.includes("/")
      ? "write it without the prefix length, which has its own place"
      : "for example 10.1.2.10";
    return `must be an IPv4 address; got ${quote(address)}, ${cure}`;
  }
  if (range === undefined || gateway === undefined) return undefined;
  if (!contains(range, number)) {
    return `is ${address}, outside the gateway's network ${renderCidr(range)}; use an address inside it, or correct gateway or prefixLength`;
  }
  if (number === parseIpv4(gateway))
    return `is ${address}, the gateway's own address; use another one`;
  const what = reservedIn(range, number);
  return what === undefined
    ? undefined
    : `is ${address}, the ${what} address of ${renderCidr(range)}; use another one`;
}

/** Point-to-point networks (/31, RFC 3021) and single addresses reserve nothing. */
function reservedIn(range: Range, address: number | undefined): string | undefined {
  if (range.prefixLength >= 31) return undefined;
  if (address === range.first) return "network";
  return address === range.last ? "broadcast" : undefined;
}

function* checkOwners(network: Network, place: Path, owners: Map<number, Path>): Iterable<Finding> {
  for (const [index, address] of (network.addresses ?? []).entries()) {
    const number = address === undefined ? undefined : parseIpv4(address);
    if (number === undefined || address === undefined) continue;
    const here = [...place, "addresses", index];
    const other = owners.get(number);
    if (other === undefined) owners.set(number, here);
    else {
      const pool = String(other[1]);
      yield error(
        here,
        `is ${address}, which the pool ${quote(pool)} has already; each address stands once`,
      );
    }
  }
}
