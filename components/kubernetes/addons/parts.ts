/** What the cluster's own objects are made of, whatever they do. */
import { createHash, createHmac } from "node:crypto";
import type { Manifest } from "../object";

type Labels = Readonly<Record<string, string>>;

/** Labels by which tools see what belongs to one part of the cluster. */
export function partLabels(name: string): Labels {
  return {
    ...selector(name),
    "app.kubernetes.io/part-of": "slipway",
    "app.kubernetes.io/managed-by": "slipway",
  };
}

/** Labels by which the pods of a part are told from all others. They can never change. */
export function selector(name: string): Labels {
  return { "app.kubernetes.io/name": name };
}

export type PodSecurityLevel = "privileged" | "baseline" | "restricted";

/** A namespace, with the level that the API server holds its pods to. */
export function namespaceObject(name: string, part: string, level: PodSecurityLevel): Manifest {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name,
      labels: {
        ...partLabels(part),
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/enforce-version": "latest",
      },
    },
  };
}

/** A service account. Its token is mounted where a pod asks for it. */
export function serviceAccount(name: string, namespace: string): Manifest {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace, labels: partLabels(name) },
    automountServiceAccountToken: false,
  };
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** A role, of the whole cluster where there is no namespace. */
export function role(
  name: string,
  part: string,
  rules: readonly Rule[],
  namespace?: string,
): Manifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: namespace === undefined ? "ClusterRole" : "Role",
    metadata: { name, ...(namespace !== undefined && { namespace }), labels: partLabels(part) },
    rules,
  };
}

export interface Binding {
  readonly name: string;
  readonly part: string;
  readonly role: { readonly kind: "Role" | "ClusterRole"; readonly name: string };
  readonly subject:
    | { readonly kind: "ServiceAccount"; readonly name: string; readonly namespace: string }
    | { readonly kind: "Group"; readonly name: string };
  /** Absent: for the whole cluster. */
  readonly namespace?: string;
}

/** Who has a role. */
export function binding({ name, part, role: bound, subject, namespace }: Binding): Manifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: namespace === undefined ? "ClusterRoleBinding" : "RoleBinding",
    metadata: { name, ...(namespace !== undefined && { namespace }), labels: partLabels(part) },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", ...bound },
    subjects: [
      subject.kind === "Group" ? { apiGroup: "rbac.authorization.k8s.io", ...subject } : subject,
    ],
  };
}

const hashDigits = 10;

/**
 * A ConfigMap named by its content: another content is another object, and pods that have it as a file are made anew,
 * one after the other.
 */
export function configMap(name: string, namespace: string, part: string, data: Labels): Manifest {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: `${name}-${contentHash(data)}`,
      namespace,
      labels: partLabels(part),
    },
    immutable: true,
    data,
  };
}

/** A Secret with what is in it, in Base64. */
export type SecretObject = Manifest & { readonly data: Labels };

/**
 * A Secret named by its content, as a ConfigMap is.
 *
 * @param data texts
 * @param salt known to nobody: without it the name would let anybody test guesses of what is in it
 */
export function secretObject(
  name: string,
  namespace: string,
  part: string,
  data: Labels,
  salt: string,
): SecretObject {
  const hash = createHmac("sha256", salt).update(JSON.stringify(data)).digest("hex");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `${name}-${hash.slice(0, hashDigits)}`,
      namespace,
      labels: partLabels(part),
    },
    type: "Opaque",
    immutable: true,
    data: Object.fromEntries(
      Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")]),
    ),
  };
}

function contentHash(data: Labels): string {
  return createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, hashDigits);
}

/**
 * What a container may use. Memory has a limit, as a leak would otherwise take from applications; CPU has none, as what
 * nobody uses is better used.
 */
export function resources(cpu: string, memory: string, memoryLimit: string): object {
  return { requests: { cpu, memory }, limits: { memory: memoryLimit } };
}

/** What a container of the platform may use: of CPU a share that is sure, and a limit. */
export function platformResources({
  memory,
  cpus,
}: {
  /** MiB. */
  readonly memory: { readonly limit: number; readonly reserved: number };
  readonly cpus: number;
}): object {
  return {
    requests: { cpu: "20m", memory: `${memory.reserved}Mi` },
    limits: { cpu: `${Math.round(cpus * 1000)}m`, memory: `${memory.limit}Mi` },
  };
}

/** Of a container that needs nothing: no right, nothing to write to, and none of the host's users. */
export const confined = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: 65534,
  runAsGroup: 65534,
  seccompProfile: { type: "RuntimeDefault" },
} as const;

/** What a pod of the cluster has beside its containers, where one is enough: it comes before applications. */
export function clusterPod(serviceAccountName: string) {
  return {
    priorityClassName: "system-cluster-critical",
    serviceAccountName,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    nodeSelector: { "kubernetes.io/os": "linux" },
    affinity: ratherOnWorkers,
    tolerations: controlPlaneToo,
  };
}

/** Parts of the cluster run on control planes where there is nothing else. */
export const controlPlaneToo = [
  { key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" },
] as const;

/** A wish: applications' nodes have more room than control planes. */
const ratherOnWorkers = {
  nodeAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      {
        weight: 100,
        preference: {
          matchExpressions: [
            { key: "node-role.kubernetes.io/control-plane", operator: "DoesNotExist" },
          ],
        },
      },
    ],
  },
} as const;
