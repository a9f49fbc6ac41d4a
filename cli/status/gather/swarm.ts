import { askDocker, type DockerCredentials } from "../../../components/application/dockerApi";
import { firstManager } from "../../../components/application/firstManager";
import { namespaceLabel, scheduledLabel } from "../../../provider/sdk/ownership";
import type { Amount, MemberFacts, NodeFacts, ServiceFacts } from "../facts";

/** How the managers' Docker API is reached, as the outputs of a cluster's Pulumi stack have it. */
export interface SwarmAccess {
  readonly endpoints: readonly string[];
  readonly credentials: DockerCredentials;
}

/** @throws Error that says what each manager answered, or what one did not tell. */
export async function swarmMembers(
  { endpoints, credentials }: SwarmAccess,
  timeoutMs: number,
): Promise<MemberFacts> {
  const endpoint = await firstManager(endpoints, credentials);
  const get = async <T>(path: string): Promise<readonly T[]> => {
    const { status, body } = await askDocker(endpoint, credentials, path, timeoutMs);
    if (status === 200 && Array.isArray(body)) return body as readonly T[];
    throw new Error(
      `${endpoint}: the manager answers HTTP ${status} to ${path.split("?")[0] ?? path}`,
    );
  };
  const running = encodeURIComponent(JSON.stringify({ "desired-state": ["running"] }));
  const [nodes, services, tasks] = await Promise.all([
    get<ApiNode>("/nodes"),
    get<ApiService>("/services?status=true"),
    get<ApiTask>(`/tasks?filters=${running}`),
  ]);
  return swarmFacts({ nodes, services, tasks });
}

export interface ApiNode {
  readonly ID: string;
  readonly Spec: {
    readonly Role: "manager" | "worker";
    readonly Availability: "active" | "pause" | "drain";
  };
  readonly Description?: {
    readonly Hostname?: string;
    readonly Resources?: { readonly NanoCPUs?: number; readonly MemoryBytes?: number };
    readonly Engine?: { readonly EngineVersion?: string };
  };
  readonly Status: { readonly State: string; readonly Message?: string };
  readonly ManagerStatus?: { readonly Reachability?: string };
}

export interface ApiService {
  readonly ID: string;
  readonly Spec: {
    readonly Name: string;
    readonly Labels?: Readonly<Record<string, string>> | null;
    readonly Mode?: {
      readonly Replicated?: object | null;
      readonly Global?: object | null;
    };
  };
  readonly ServiceStatus?: { readonly RunningTasks?: number; readonly DesiredTasks?: number };
}

export interface ApiTask {
  readonly ServiceID: string;
  readonly NodeID?: string;
  readonly Status?: { readonly State?: string };
  readonly Spec?: {
    readonly Resources?: {
      readonly Reservations?: { readonly NanoCPUs?: number; readonly MemoryBytes?: number };
    } | null;
  };
}

/** What the answers of a manager mean. */
export function swarmFacts({
  nodes,
  services,
  tasks,
}: {
  readonly nodes: readonly ApiNode[];
  readonly services: readonly ApiService[];
  readonly tasks: readonly ApiTask[];
}): MemberFacts {
  const everywhere = new Set(
    services
      .filter(({ Spec }) => (Spec.Mode?.Global ?? undefined) !== undefined)
      .map(({ ID }) => ID),
  );
  return {
    nodes: nodes.map((node) =>
      nodeFacts(
        node,
        tasks.filter(({ NodeID }) => NodeID === node.ID),
        everywhere,
      ),
    ),
    services: services.filter(isService).map(serviceFacts),
  };
}

function nodeFacts(
  { ID, Spec, Description, Status, ManagerStatus }: ApiNode,
  tasks: readonly ApiTask[],
  everywhere: ReadonlySet<string>,
): NodeFacts {
  const isReady = Status.State === "ready";
  const told = Status.Message ?? "";
  const { Hostname, Resources, Engine } = Description ?? {};
  return {
    name: Hostname ?? ID,
    role: Spec.Role,
    isReady,
    ...(!isReady && { trouble: told === "" ? Status.State : `${Status.State} (${told})` }),
    availability: Spec.Availability,
    ...(Spec.Role === "manager" && {
      decides: isReady && ManagerStatus?.Reachability === "reachable",
    }),
    version: Engine?.EngineVersion ?? "",
    takesWork: Spec.Availability === "active",
    has: { cpus: (Resources?.NanoCPUs ?? 0) / 1e9, memoryBytes: Resources?.MemoryBytes ?? 0 },
    reserved: reservedBy(tasks),
    reservedByEach: reservedBy(tasks.filter(({ ServiceID }) => everywhere.has(ServiceID))),
  };
}

function reservedBy(tasks: readonly ApiTask[]): Amount {
  const of = (task: ApiTask) => task.Spec?.Resources?.Reservations;
  return {
    cpus: tasks.reduce((sum, task) => sum + (of(task)?.NanoCPUs ?? 0), 0) / 1e9,
    memoryBytes: tasks.reduce((sum, task) => sum + (of(task)?.MemoryBytes ?? 0), 0),
  };
}

/** Jobs end: that none of them runs says nothing. */
function isService({ Spec: { Mode } }: ApiService): boolean {
  return (Mode?.Replicated ?? undefined) !== undefined || (Mode?.Global ?? undefined) !== undefined;
}

function serviceFacts({ Spec: { Name, Labels }, ServiceStatus }: ApiService): ServiceFacts {
  const application = Labels?.[namespaceLabel];
  // Of a job at times, a task is desired for ever once one has run, and none runs most of the time.
  const isAtTimes = Labels?.[scheduledLabel] === "true";
  return {
    application: application ?? Name,
    name: application === undefined ? Name : withoutPrefix(Name, `${application}_`),
    running: ServiceStatus?.RunningTasks ?? 0,
    wanted: isAtTimes ? 0 : (ServiceStatus?.DesiredTasks ?? 0),
  };
}

function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
