import type { ObjectFacts } from "../kubernetesApi";
import type { Labels, Taint } from "../types";
import type { NodeFacts, PodFacts, RouteFacts } from "./facts";
import { parseQuantity } from "./quantity";

type Quantities = Readonly<Record<string, string>>;

export interface ApiNode extends ObjectFacts {
  readonly spec?: { readonly taints?: readonly Taint[]; readonly unschedulable?: boolean };
  readonly status?: {
    readonly allocatable?: Quantities;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly nodeInfo?: { readonly operatingSystem?: string; readonly architecture?: string };
  };
}

interface ApiContainer {
  readonly resources?: { readonly requests?: Quantities };
  readonly ports?: readonly { readonly hostPort?: number; readonly protocol?: string }[];
  readonly restartPolicy?: string;
}

export interface ApiPod extends ObjectFacts {
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly ApiContainer[];
    readonly initContainers?: readonly ApiContainer[];
    readonly overhead?: Quantities;
  };
}

export interface ApiIngress extends ObjectFacts {
  readonly spec?: {
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: { readonly paths?: readonly { readonly path?: string }[] };
    }[];
  };
}

export function nodeFacts({ metadata, spec, status }: ApiNode): NodeFacts {
  const { allocatable = {}, conditions = [], nodeInfo } = status ?? {};
  const isReady = conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
  const labels: Labels = metadata.labels ?? {};
  return {
    id: metadata.name,
    isReady: isReady && spec?.unschedulable !== true,
    labels,
    taints: spec?.taints ?? [],
    os: nodeInfo?.operatingSystem ?? "",
    architecture: nodeInfo?.architecture ?? "",
    cpus: parseQuantity(allocatable.cpu ?? 0),
    memoryBytes: parseQuantity(allocatable.memory ?? 0),
  };
}

export function podFacts({ metadata, spec }: ApiPod): PodFacts {
  const { containers = [], initContainers = [], overhead } = spec ?? {};
  const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === "Always");
  const reserved = (name: string) => {
    const sum = (of: readonly ApiContainer[]) =>
      of.reduce((total, one) => total + requested(one, name), 0);
    // Those that only prepare the pod have run when the others begin.
    const first = Math.max(0, ...initContainers.map((one) => requested(one, name)));
    const running = sum([...containers, ...sidecars]);
    return Math.max(first, running) + parseQuantity(overhead?.[name] ?? 0);
  };
  return {
    namespace: metadata.namespace ?? "",
    node: spec?.nodeName ?? "",
    reserved: { cpus: reserved("cpu"), memoryBytes: reserved("memory") },
    hostPorts: containers.flatMap(({ ports = [] }) =>
      ports.flatMap(({ hostPort, protocol = "TCP" }) =>
        hostPort === undefined || hostPort === 0 ? [] : [`${hostPort}/${protocol}`],
      ),
    ),
  };
}

function requested({ resources }: ApiContainer, name: string): number {
  return parseQuantity(resources?.requests?.[name] ?? 0);
}

export function routeFacts({ metadata, spec }: ApiIngress): readonly RouteFacts[] {
  return (spec?.rules ?? []).flatMap(({ host = "", http }) =>
    (http?.paths ?? []).map(({ path = "/" }) => ({
      namespace: metadata.namespace ?? "",
      name: metadata.name,
      host,
      path,
    })),
  );
}
