import { error, type Finding, warning } from "../../finding";
import { quote, nearest, anyOf } from "../../words";
import { defaultHostName } from "../complete";
import { type CheckContext, type ClusterDraft, type Draft, type HostFile, poolsOf } from "../file";

type HostDraft = Draft<HostFile>;

/** Existing hosts: known once, in a pool that exists, with a key to know them by. */
export function* checkHosts(draft: ClusterDraft, context: CheckContext): Iterable<Finding> {
  const { hosts } = draft;
  if (hosts === undefined) return;
  yield* repeated(hosts, "address", (host) => host.address);
  yield* repeated(hosts, "name", nameOf);
  const pools = Object.keys(draft.nodePools ?? {});
  for (const [index, host] of hosts.entries()) {
    if (host === undefined) continue;
    yield* checkPool(host, index, pools);
    yield* checkKey(host, index, context);
  }
  if (draft.vsphere !== undefined) return;
  for (const [name] of poolsOf(draft)) {
    if (hosts.some((host) => host?.pool === undefined)) continue;
    if (!hosts.some((host) => host?.pool === name)) {
      yield error(
        ["nodePools", name],
        `has no hosts; add one with \`pool: ${name}\` under hosts, or remove the pool`,
      );
    }
  }
}

function nameOf(host: HostDraft): string | undefined {
  const { name, pool, address } = host;
  if (name !== undefined) return name;
  return pool === undefined || address === undefined
    ? undefined
    : defaultHostName({ pool, address });
}

function* repeated(
  hosts: readonly (HostDraft | undefined)[],
  field: "address" | "name",
  valueOf: (host: HostDraft) => string | undefined,
): Iterable<Finding> {
  const first = new Map<string, number>();
  for (const [index, host] of hosts.entries()) {
    const value = host === undefined ? undefined : valueOf(host)?.toLowerCase();
    if (value === undefined) continue;
    const before = first.get(value);
    if (before === undefined) first.set(value, index);
    else if (field === "address" || hosts[before]?.address !== host?.address) {
      yield error(
        ["hosts", index, field],
        `is ${quote(value)}, as for hosts[${before}] already; each host stands here once, with its own ${field}`,
      );
    }
  }
}

function* checkPool(host: HostDraft, index: number, pools: readonly string[]): Iterable<Finding> {
  const { pool } = host;
  if (pool === undefined || pools.length === 0 || pools.includes(pool)) return;
  const meant = nearest(pool, pools);
  const cure = meant === undefined ? `use ${anyOf(pools)}` : `did you mean ${quote(meant)}?`;
  yield error(
    ["hosts", index, "pool"],
    `names the pool ${quote(pool)}, which is not under nodePools; ${cure}`,
  );
}

function* checkKey(host: HostDraft, index: number, context: CheckContext): Iterable<Finding> {
  const place = ["hosts", index, "hostKey"];
  if (!context.given(place) && host.trustOnFirstUse === false) {
    yield error(
      place,
      "is missing; add the fingerprint that `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` prints on the host, or accept the first key it shows with `trustOnFirstUse: true`",
    );
  }
  if (host.hostKey !== undefined && host.trustOnFirstUse === true) {
    yield warning(
      ["hosts", index, "trustOnFirstUse"],
      "has no effect, because hostKey says which key is expected; remove it",
    );
  }
}
