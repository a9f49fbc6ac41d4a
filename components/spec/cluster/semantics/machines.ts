import { error, type Finding } from "../../finding";
import type { Path } from "../../problem";
import { oneOf, quote } from "../../words";
import { defaultHostName } from "../complete";
import { type ClusterDraft, machineCount, type PoolDraft, poolsOf } from "../file";

/** Pools by the names of their machines. */
export function poolsByMachine(draft: ClusterDraft): ReadonlyMap<string, PoolDraft> {
  const pools = poolsOf(draft);
  if (draft.vsphere === undefined) {
    const byName = new Map(pools);
    return new Map(
      (draft.hosts ?? []).flatMap((host) => {
        const { pool: name, address } = host ?? {};
        const pool = name === undefined ? undefined : byName.get(name);
        if (name === undefined || pool === undefined || address === undefined) return [];
        return [[host?.name ?? defaultHostName({ pool: name, address }), pool] as const];
      }),
    );
  }
  return new Map(
    pools.flatMap(([name, pool]) =>
      Array.from(
        { length: machineCount(draft, name, pool) ?? 0 },
        (_, ordinal) => [`${name}-${ordinal}`, pool] as const,
      ),
    ),
  );
}

/** A machine that the cluster has. @param at where the file names it */
export function* checkMachine(name: string, at: Path, draft: ClusterDraft): Iterable<Finding> {
  const machines = [...poolsByMachine(draft).keys()];
  // Where machines are wrong themselves, that is reported, and nothing can be said here.
  if (machines.length === 0 || machines.includes(name)) return;
  yield error(
    at,
    `names ${quote(name)}, and the cluster has no such machine; ${oneOf(name, machines)}`,
  );
}
