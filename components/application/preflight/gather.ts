import { askDocker, type DockerCredentials } from "../dockerApi";
import type { ClusterFeatures, Labels, SwarmFacts } from "./facts";

/** A large cluster has thousands of tasks to tell. */
const timeoutMs = 20_000;

/**
 * Asks a manager for everything that preflight looks at, side by side.
 * @throws Error that names what the manager did not tell.
 */
export async function gatherFacts(
  endpoint: string,
  credentials: DockerCredentials,
  features: ClusterFeatures,
): Promise<SwarmFacts> {
  const get = async <T>(path: string): Promise<readonly T[]> => {
    const { status, body } = await askDocker(endpoint, credentials, path, timeoutMs);
    if (status !== 200)
      throw new Error(`${endpoint}: the manager answers HTTP ${status} to ${path}`);
    return body as T[];
  };
  const toRun = encodeURIComponent(JSON.stringify({ "desired-state": ["running"] }));
  const [nodes, services, tasks, networks, configs, secrets] = await Promise.all([
    get<ApiNode>("/nodes"),
    get<ApiService>("/services"),
    get<ApiTask>(`/tasks?filters=${toRun}`),
    get<ApiNetwork>("/networks"),
    get<ApiNamed>("/configs"),
    get<ApiNamed>("/secrets"),
  ]);
  return {
    nodes: nodes.map(nodeFacts),
    services: services.map(serviceFacts),
    tasks: tasks.map(({ ServiceID, NodeID = "" }) => ({ serviceId: ServiceID, nodeId: NodeID })),
    networks: networks.map(({ Id, Name, Driver, Scope, Labels }) => ({
      id: Id,
      name: Name,
      driver: Driver,
      scope: Scope,
      labels: Labels ?? {},
    })),
    configs: configs.map(named),
    secrets: secrets.map(named),
    features,
  };
}

interface ApiNode {
  readonly ID: string;
  readonly Spec: {
    readonly Role: "manager" | "worker";
    readonly Availability: string;
    readonly Labels?: Labels;
  };
  readonly Description: {
    readonly Hostname: string;
    readonly Platform: { readonly OS: string; readonly Architecture: string };
    readonly Resources: { readonly NanoCPUs?: number; readonly MemoryBytes?: number };
    readonly Engine?: { readonly Labels?: Labels };
  };
  readonly Status: { readonly State: string; readonly Addr?: string };
}

interface ApiService {
  readonly ID: string;
  readonly Spec: {
    readonly Name: string;
    readonly Labels?: Labels;
    readonly TaskTemplate?: {
      readonly Resources?: {
        readonly Reservations?: { readonly NanoCPUs?: number; readonly MemoryBytes?: number };
      };
    };
  };
  readonly Endpoint?: {
    readonly Ports?: readonly {
      readonly PublishedPort?: number;
      readonly Protocol?: string;
      readonly PublishMode?: string;
    }[];
  };
}

interface ApiTask {
  readonly ServiceID: string;
  readonly NodeID?: string;
}

interface ApiNetwork {
  readonly Id: string;
  readonly Name: string;
  readonly Driver: string;
  readonly Scope: string;
  readonly Labels?: Labels | null;
}

interface ApiNamed {
  readonly ID: string;
  readonly Spec: { readonly Name: string; readonly Labels?: Labels };
}

/** The engine tells the kernel's names, images have Go's. */
const architectures: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };

function nodeFacts({ ID, Spec, Description, Status }: ApiNode): SwarmFacts["nodes"][number] {
  const { Platform, Resources } = Description;
  return {
    id: ID,
    hostname: Description.Hostname,
    address: Status.Addr ?? "",
    role: Spec.Role,
    isReady: Spec.Availability === "active" && Status.State === "ready",
    labels: Spec.Labels ?? {},
    engineLabels: Description.Engine?.Labels ?? {},
    os: Platform.OS,
    architecture: architectures[Platform.Architecture] ?? Platform.Architecture,
    machine: Platform.Architecture,
    cpus: (Resources.NanoCPUs ?? 0) / 1e9,
    memoryBytes: Resources.MemoryBytes ?? 0,
  };
}

function serviceFacts({ ID, Spec, Endpoint }: ApiService): SwarmFacts["services"][number] {
  const reservations = Spec.TaskTemplate?.Resources?.Reservations;
  return {
    id: ID,
    name: Spec.Name,
    labels: Spec.Labels ?? {},
    ports: (Endpoint?.Ports ?? []).flatMap(({ PublishedPort, Protocol, PublishMode }) =>
      PublishedPort === undefined
        ? []
        : [
            {
              published: PublishedPort,
              protocol: Protocol ?? "tcp",
              mode: PublishMode ?? "ingress",
            },
          ],
    ),
    reserved: {
      cpus: (reservations?.NanoCPUs ?? 0) / 1e9,
      memoryBytes: reservations?.MemoryBytes ?? 0,
    },
  };
}

function named({ ID, Spec }: ApiNamed): SwarmFacts["configs"][number] {
  return { id: ID, name: Spec.Name, labels: Spec.Labels ?? {} };
}
