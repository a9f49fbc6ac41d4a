/** Before version 1.0 Slipway recorded each machine's generation for itself; now each node pool has one record. */
import { nameOf } from "../pulumi/state";
import { typeTokens } from "../pulumi/types";

const formerType = "slipway:index:MachineGeneration";

/** A resource in an exported state: what is moved here, and whatever else it has. */
interface RawResource {
  readonly urn: string;
  readonly type: string;
  readonly parent?: string;
  readonly provider?: string;
  readonly dependencies?: readonly string[] | null;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
}

interface FormerRecord extends RawResource {
  readonly inputs: {
    readonly machine: string;
    /** `<cluster>-<machine>` */
    readonly prefix: string;
    readonly definition: object;
    readonly replace: string;
    readonly address?: string;
  };
  readonly outputs: {
    readonly generation: number;
    readonly vmName: string;
    readonly currentAddress?: string;
    readonly applied: object;
    readonly staleFields: readonly string[];
  };
}

interface RawState {
  readonly deployment: { readonly resources?: readonly RawResource[] };
}

/** The machines that a state has records of in the former way. */
export function formerlyRecorded(exported: string): readonly string[] {
  return (rawOf(exported).deployment.resources ?? [])
    .filter(isFormer)
    .map(({ inputs }) => inputs.machine);
}

/** The state with one record for each pool in their place, which says the same. Everything else stays as it is. */
export function joinRecords(exported: string): string {
  const raw = rawOf(exported);
  const resources = raw.deployment.resources ?? [];
  const pools = new Map<string, FormerRecord[]>();
  for (const resource of resources) {
    if (!isFormer(resource)) continue;
    const urn = joinedUrn(resource.urn);
    pools.set(urn, [...(pools.get(urn) ?? []), resource]);
  }
  const done = new Set<string>();
  const joined = resources.flatMap((resource): readonly object[] => {
    if (!isFormer(resource)) return [pointed(resource)];
    const urn = joinedUrn(resource.urn);
    if (done.has(urn)) return [];
    done.add(urn);
    return [recordOf(urn, pools.get(urn) ?? [])];
  });
  return JSON.stringify({ ...raw, deployment: { ...raw.deployment, resources: joined } });
}

function recordOf(urn: string, machines: readonly FormerRecord[]): object {
  const sorted = [...machines].sort(
    (a, b) => ordinalOf(a.inputs.machine) - ordinalOf(b.inputs.machine),
  );
  const [first] = sorted;
  if (first === undefined) throw new Error(`${nameOf(urn)} has no machines`);
  const { machine, prefix, definition, replace } = first.inputs;
  const addresses = sorted.flatMap(({ inputs }) => inputs.address ?? []);
  const inputs = {
    pool: machine.replace(/-\d+$/, ""),
    cluster: prefix.slice(0, -machine.length - 1),
    machines: sorted.map((one) => one.inputs.machine),
    definition,
    replace,
    ...(addresses.length > 0 && { addresses }),
  };
  const generations = Object.fromEntries(
    sorted.map(({ inputs: { machine: name }, outputs }) => {
      const { generation, vmName, currentAddress, applied, staleFields } = outputs;
      return [name, { generation, vmName, currentAddress, applied, staleFields }];
    }),
  );
  return {
    urn,
    custom: true,
    id: inputs.pool,
    type: typeTokens.nodePoolGenerations,
    inputs,
    outputs: { ...inputs, generations },
    parent: first.parent,
    provider: first.provider,
  };
}

/** `…$slipway:index:MachineGeneration::lab-managers-0` becomes `…$slipway:index:NodePoolGenerations::lab-managers`. */
function joinedUrn(urn: string): string {
  return urn.replace(`${formerType}::`, `${typeTokens.nodePoolGenerations}::`).replace(/-\d+$/, "");
}

/** A resource that depends on the new records instead of the former ones. */
function pointed(resource: RawResource): RawResource {
  const { dependencies, propertyDependencies } = resource;
  const point = (urns: readonly string[]) => [
    ...new Set(urns.map((urn) => (urn.includes(`${formerType}::`) ? joinedUrn(urn) : urn))),
  ];
  return {
    ...resource,
    ...(dependencies && { dependencies: point(dependencies) }),
    ...(propertyDependencies && {
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([key, urns]) => [key, urns && point(urns)]),
      ),
    }),
  };
}

function isFormer(resource: RawResource): resource is FormerRecord {
  return resource.type === formerType;
}

function ordinalOf(machine: string): number {
  return Number(/\d+$/.exec(machine)?.[0] ?? 0);
}

function rawOf(exported: string): RawState {
  return JSON.parse(exported) as RawState;
}
