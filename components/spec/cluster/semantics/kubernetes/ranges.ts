import { error, type Finding } from "../../../finding";
import { contains, parseCidr, parseIpv4, renderCidr } from "../../../net";
import { type Path, renderPath } from "../../../problem";
import { plural } from "../../../words";
import { type KubernetesDraft, machineCount, poolsOf } from "../../file";
import { staticRange } from "../addresses";
import { claim, type Named } from "../ranges";

const podRange = ["kubernetes", "podRange"];
const serviceRange = ["kubernetes", "serviceRange"];
/** Prefix length of a node's share of the pod range. */
const nodePrefix = 24;
/** The controller manager cuts at most 2^16 shares from the pod range. */
const largestPodPrefix = nodePrefix - 16;
/** Bounds of the API server's own: it keeps account of 2^20 addresses at most. */
const servicePrefix = { largest: 12, smallest: 24 } as const;

/** Ranges of pods and services: large enough, and apart from each other and from everything that machines must reach. */
export function* checkKubernetesRanges(draft: KubernetesDraft): Iterable<Finding> {
  const { kubernetes } = draft;
  if (kubernetes === undefined) return;
  const networks: Named[] = poolsOf(draft).flatMap(([name, { network }]) => {
    const range = network && staticRange(network);
    return range === undefined ? [] : [{ path: ["nodePools", name, "network"], range }];
  });
  // What is in a network goes wrong with it, and is said once.
  const addresses = addressesOf(draft).filter(
    ({ number }) => !networks.some(({ range }) => contains(range, number)),
  );
  const taken = [...networks];
  for (const [path, text] of [
    [podRange, kubernetes.podRange],
    [serviceRange, kubernetes.serviceRange],
  ] as const) {
    if (text === undefined) continue;
    yield* claim(path, text, taken);
    const range = parseCidr(text);
    if (range === undefined) continue;
    const inside = addresses.find(({ number }) => contains(range, number));
    if (inside !== undefined) {
      yield error(
        path,
        `is ${text}, which holds ${inside.text} (${renderPath(inside.path)}): machines would look for it inside the cluster; use another range`,
      );
    }
  }
  yield* checkPodRange(kubernetes.podRange, draft);
  yield* checkServiceRange(kubernetes.serviceRange);
}

interface Address {
  readonly text: string;
  readonly number: number;
  readonly path: Path;
}

/** Single addresses that machines must reach. */
function addressesOf({ hosts, os, kubernetes }: KubernetesDraft): Address[] {
  const written: [Path, string | undefined][] = [
    [["kubernetes", "apiEndpoint", "address"], kubernetes?.apiEndpoint?.address],
    ...(hosts ?? []).map((host, index): [Path, string | undefined] => [
      ["hosts", index, "address"],
      host?.address,
    ]),
    ...(os?.dns ?? []).map((server, index): [Path, string | undefined] => [
      ["os", "dns", index],
      server,
    ]),
  ];
  return written.flatMap(([path, text]) => {
    const number = text === undefined ? undefined : parseIpv4(text);
    return text === undefined || number === undefined ? [] : [{ text, number, path }];
  });
}

function* checkPodRange(text: string | undefined, draft: KubernetesDraft): Iterable<Finding> {
  const range = text === undefined ? undefined : parseCidr(text);
  if (range === undefined) return;
  if (range.prefixLength < largestPodPrefix) {
    yield error(
      podRange,
      `is larger than Kubernetes can cut into /${nodePrefix}; use a range from /${largestPodPrefix} on`,
    );
  }
  const pools = poolsOf(draft);
  const counts = pools.map(([name, pool]) => machineCount(draft, name, pool));
  if (counts.includes(undefined)) return;
  const machines = counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  // A machine that is being replaced stands beside its successor, in each pool perhaps one.
  const needed = machines + counts.filter((count) => count !== 0).length;
  const shares = Math.floor(2 ** (nodePrefix - range.prefixLength));
  if (shares >= needed) return;
  const fitting = nodePrefix - Math.ceil(Math.log2(needed));
  yield error(
    podRange,
    `is ${renderCidr(range)}, with room for ${plural(shares, "node")} of /${nodePrefix} each, and ${plural(machines, "machine")} and one more for each pool that is being rolled are ${needed}; use at least a /${fitting}`,
  );
}

function* checkServiceRange(text: string | undefined): Iterable<Finding> {
  const range = text === undefined ? undefined : parseCidr(text);
  if (range === undefined) return;
  const { largest, smallest } = servicePrefix;
  if (range.prefixLength >= largest && range.prefixLength <= smallest) return;
  yield error(
    serviceRange,
    `must be from /${largest} to /${smallest} in size; got ${renderCidr(range)}, for example 10.96.0.0/16`,
  );
}
