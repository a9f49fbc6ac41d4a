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
