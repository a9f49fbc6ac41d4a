/**
 * What rules ask about, whatever layer it is on: each layer's adapter answers these questions for its own resources. All
 * that is asked by a call may be `Undetermined`.
 */
import type { Resource } from "./resource";

/** A part of the infrastructure that a resource stands for. */
export type Subject =
  Workload | Machine | Cluster | Node | Runtime | Network | Certificate | Store | Other;
export type SubjectKind = Subject["kind"];
export type SubjectOf<K extends SubjectKind> = Extract<Subject, { readonly kind: K }>;

export type Layer = "vSphere" | "Swarm" | "Kubernetes" | "machines";

interface Base {
  readonly resource: Resource;
  readonly layer: Layer;
  /** As people on its layer call it: `shop_web`, `shop/web`. */
  readonly called: string;
}

/** Containers that run together: a service or job on a Swarm, pods on Kubernetes. */
export interface Workload extends Base {
  readonly kind: "workload";
  /** Runs to its end. */
  readonly isJob: boolean;
  /** One per node; the number of nodes says how many. */
  isGlobal(): boolean;
  /** How many there are to be, or the fewest; `undefined` where something else decides (an autoscaler, the nodes). */
  replicas(): number | undefined;
  containers(): readonly Container[];
  /** Of `network`, `PID` and `IPC`, what it shares with its node. */
  hostNamespaces(): readonly string[];
  /** What says that tasks are not all on one node. */
  isSpread(): boolean;
  /** What becomes of an update that fails. */
  updateFailure(): "rollback" | "stops" | "goes on";
  /** Seconds between the signal to stop and the end by force; `undefined` for the default. */
  stopGraceSeconds(): number | undefined;
  sysctls(): readonly string[];
  ports(): readonly HostPort[];
  /** What the ingress takes requests for, as its labels or objects say. */
  routes(): readonly Route[];
  /** `undefined` where the node's own does. */
  logDriver(): LogDriver | undefined;
  /** What it refers to by name within its application. */
  refersTo(): readonly NamedReference[];
  /** On Kubernetes alone. */
  readonly pod?: Pod;
}

/** What only pods have. */
export interface Pod {
  readonly namespace: string;
  labels(): Readonly<Record<string, string>>;
  /** Gets a credential of the API server. */
  hasToken(): boolean;
  /** Service accounts, none of its own is `default`. */
  serviceAccount(): string;
  selector(): Readonly<Record<string, string>>;
}

export interface Container {
  readonly name: string;
  /** Runs to its end before the others, or looks into the pod for a while. */
  readonly isPassing: boolean;
  image(): string;
  command(): readonly string[];
  /** Further commands that run in it: checks of its health, what comes after its start and before its stop. */
  hooks(): readonly (readonly string[])[];
  environment(): readonly Variable[];
  limits(): Amounts;
  reservations(): Amounts;
  hasReadiness(): boolean;
  hasLiveness(): boolean;
  isPrivileged(): boolean;
  /** `undefined` where the layer can't say, as the image decides. */
  runsAsRoot(): boolean | undefined;
  hasReadOnlyRoot(): boolean;
  addedCapabilities(): readonly string[];
  droppedCapabilities(): readonly string[];
  /** Paths of the node that it sees. */
  hostPaths(): readonly HostPath[];
  /** A process can get more rights than its parent; `undefined` where the layer has no such setting. */
  canEscalate(): boolean | undefined;
  /** `undefined` where the layer always has the engine's own. */
  seccomp(): string | undefined;
  /** `undefined` where the layer has no such setting, and for the default. */
  procMount(): string | undefined;
}

export interface Variable {
  readonly name: string;
  /** `undefined` where it comes from elsewhere (a Secret, a field). */
  readonly value: () => string | undefined;
}

/** Cores and bytes. */
export interface Amounts {
  readonly cpus?: number;
  readonly memoryBytes?: number;
}

export interface HostPath {
  readonly path: string;
  readonly isReadOnly: boolean;
}

export interface HostPort {
  /** `undefined` where the cluster takes a free one. */
  readonly port: number | undefined;
  readonly protocol: string;
}

export interface Route {
  readonly name: string;
  readonly hasTls: boolean;
  /** Only sends clients to where there is TLS. */
  readonly isRedirect: boolean;
}

export interface LogDriver {
  readonly name: string | undefined;
  readonly options: Readonly<Record<string, string>>;
}

export interface NamedReference {
  /** `ConfigMap`, `Secret`, `config`, … */
  readonly kind: string;
  readonly name: string | undefined;
  readonly isOptional: boolean;
}

/** A virtual machine. */
export interface Machine extends Base {
  readonly kind: "machine";
  role(): string | undefined;
  /** UUID of what it is cloned from. */
  template(): string | undefined;
  cpus(): number | undefined;
  memoryMiB(): number | undefined;
  /** What the guest can read of it. */
  guestInfo(): readonly Variable[];
  tags(): readonly string[];
  folder(): string | undefined;
  dataDisks(): readonly { readonly label: string; readonly isKept: boolean }[];
}

/** A Swarm, or a Kubernetes cluster. */
export interface Cluster extends Base {
  readonly kind: "cluster";
  readonly orchestrator: "Swarm" | "Kubernetes";
  /** Keys and secrets are of no use to who has a manager's disk: autolock, encryption at rest. */
  isLocked(): boolean;
  /** Where the API answers; `undefined` where that is decided elsewhere. */
  apiAddress(): string | undefined;
  version(): string | undefined;
  /** Life of the certificates; `undefined` where the orchestrator renews them by itself. */
  certificateDays(): number | undefined;
  /** Whether its state is kept elsewhere; `undefined` where there is nothing that could do it. */
  hasBackups(): boolean | undefined;
}

/** A member of a cluster. */
export interface Node extends Base {
  readonly kind: "node";
  decides(): boolean;
}

/** What runs containers on a host. */
export interface Runtime extends Base {
  readonly kind: "runtime";
  readonly program: "Docker" | "containerd";
  version(): string | undefined;
  /** Addresses at which its API answers beside its own socket, and whether clients have to prove who they are. */
  listeners(): readonly { readonly address: string; readonly isVerified: boolean }[];
  /** Registries that are spoken to without verified TLS. */
  insecureRegistries(): readonly string[];
  mirrors(): readonly string[];
  /** `undefined` where the kubelet cares for logs. */
  logs(): LogDriver | undefined;
}

/** A network that spans nodes. */
export interface Network extends Base {
  readonly kind: "network";
  isEncrypted(): boolean;
}

/** Something that opens the door to a cluster. */
export interface Certificate extends Base {
  readonly kind: "certificate";
  validityDays(): number | undefined;
}

/** Who keeps data for the whole cluster; the data are on volumes, which are no resources. */
export interface Store extends Base {
  readonly kind: "store";
  readonly keeps: "images" | "logs";
  validityDays(): number | undefined;
}

/** Objects that others refer to, or that say how others may be reached. */
export interface Other extends Base {
  readonly kind: "other";
  readonly object: string;
  readonly namespace: string;
  /** Its name on the cluster. */
  name(): string | undefined;
}

/** A Pulumi stack with all that rules can ask about. */
export interface Stack {
  readonly name: string;
  readonly environment: string;
  /** All that the settings know. */
  readonly environments: readonly string[];
  readonly subjects: readonly Subject[];
  /** Every resource, those without a subject too. */
  readonly resources: readonly Resource[];
  /** What the program has given as outputs, as far as it is known. */
  readonly outputs: Resource["inputs"];
  /** Exemptions for it whose last day has passed: `SLW-APP-017 at shop_store (stacks/exemptions.yml:3:5)`. */
  readonly expired: readonly string[];
  /** Environments of other Pulumi stacks, by the stack's name. */
  readonly environmentOf: (stack: string) => string | undefined;
}

/** The subjects of one kind. */
export function ofKind<K extends SubjectKind>(stack: Stack, kind: K): readonly SubjectOf<K>[] {
  return stack.subjects.filter((subject): subject is SubjectOf<K> => subject.kind === kind);
}
