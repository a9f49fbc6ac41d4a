interface Machines {
  readonly nodePools: Readonly<Record<string, { readonly numCpus: number }>>;
  readonly hosts?: readonly { readonly name: string; readonly pool: string }[];
}

/** CPUs of a machine, by its name; where nobody names one, those of the smallest. */
export function machineCpus({ nodePools, hosts }: Machines, machine: string | undefined): number {
  const host = hosts?.find(({ name }) => name === machine);
  const pool = nodePools[host?.pool ?? machine?.replace(/-\d+$/, "") ?? ""];
  return pool?.numCpus ?? Math.min(...Object.values(nodePools).map(({ numCpus }) => numCpus));
}
