import { error, type Finding } from "../../../finding";
import { contains, parseIpv4, type Range, renderCidr } from "../../../net";
import { type Path, renderPath } from "../../../problem";
import { quote } from "../../../words";
import { type Draft, type KubernetesDraft, poolsOf } from "../../file";
import type { ApiEndpointSpec } from "../../kubernetesSpec";
import { staticRange } from "../addresses";

type EndpointDraft = Draft<ApiEndpointSpec>;

const place = ["kubernetes", "apiEndpoint"];
/** Where API servers listen, behind a virtual address too. */
const apiPort = 6443;

/** An address that is no machine's, and that a control plane can hold where it is virtual. */
export function* checkEndpoint(draft: KubernetesDraft): Iterable<Finding> {
  const endpoint = draft.kubernetes?.apiEndpoint;
  if (endpoint === undefined) return;
  yield* checkAddress(endpoint);
  yield* checkOwner(endpoint, draft);
  if (endpoint.kind !== "virtual") return;
  if (endpoint.port !== undefined && endpoint.port !== apiPort) {
    yield error(
      [...place, "port"],
      `must be ${apiPort} for a virtual address, which only moves between the control planes, whose API servers listen there; got ${endpoint.port}`,
    );
  }
  yield* checkNetwork(endpoint, draft);
}

function* checkAddress({ address, kind }: EndpointDraft): Iterable<Finding> {
  if (address === undefined || parseIpv4(address) !== undefined) return;
  if (kind === "virtual") {
    yield error(
      [...place, "address"],
      `must be an IPv4 address, as it is given to a network card; got ${quote(address)}, for example 10.1.2.9`,
    );
  } else if (/^[0-9.]+$/.test(address)) {
    yield error(
      [...place, "address"],
      `must be an IPv4 address or a host name; got ${quote(address)}, for example 10.1.2.9`,
    );
  }
}

function* checkOwner({ address, kind }: EndpointDraft, draft: KubernetesDraft): Iterable<Finding> {
  const number = address === undefined ? undefined : parseIpv4(address);
  if (number === undefined) return;
  const owner = addressesIn(draft).find(([text]) => parseIpv4(text) === number);
  if (owner === undefined) return;
  const cure =
    kind === "external"
      ? "name the load balancer, or use a free address with `kind: virtual`"
      : "use a free address of the same network";
  yield error(
    [...place, "address"],
    `is ${address ?? ""}, which belongs to ${renderPath(owner[1])} and goes away with that; ${cure}`,
  );
}

/** Addresses that the file gives to machines and gateways. */
function addressesIn(draft: KubernetesDraft): [string, Path][] {
  const ofHosts = (draft.hosts ?? []).map((host, index): [string | undefined, Path] => [
    host?.address,
    ["hosts", index],
  ]);
  const ofPools = poolsOf(draft).flatMap(([name, { network }]): [string | undefined, Path][] => {
    const at = ["nodePools", name, "network"];
    return [
      [network?.gateway, [...at, "gateway"]],
      ...(network?.addresses ?? []).map((address, index): [string | undefined, Path] => [
        address,
        [...at, "addresses", index],
      ]),
    ];
  });
  return [...ofHosts, ...ofPools].filter(
    (entry): entry is [string, Path] => entry[0] !== undefined,
  );
}

/** The control planes' machines must be on the address' own network, where the file tells which that is. */
function* checkNetwork({ address }: EndpointDraft, draft: KubernetesDraft): Iterable<Finding> {
  const number = address === undefined ? undefined : parseIpv4(address);
  if (number === undefined) return;
  for (const [name, pool] of poolsOf(draft)) {
    if (pool.role !== "controlPlane" || pool.network === undefined) continue;
    const range = staticRange(pool.network);
    if (range === undefined || isUsable(range, number)) continue;
    yield error(
      [...place, "address"],
      `is ${address ?? ""}, which a machine in ${renderCidr(range)} can't hold, the network of the pool ${name}; use a free address in it`,
    );
  }
}

function isUsable(range: Range, address: number): boolean {
  const isReserved = range.prefixLength < 31 && (address === range.first || address === range.last);
  return contains(range, address) && !isReserved;
}
