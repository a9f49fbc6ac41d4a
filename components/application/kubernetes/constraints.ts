import type { ComposeService } from "../../spec";
import { deployOf } from "../service";
import { isLabelKey, isLabelValue } from "./names";
import type { Labels } from "./types";

/** Labels that kubeadm and the kubelet give to nodes. */
export const nodeLabels = {
  hostname: "kubernetes.io/hostname",
  os: "kubernetes.io/os",
  architecture: "kubernetes.io/arch",
  controlPlane: "node-role.kubernetes.io/control-plane",
} as const;

/** A requirement of node affinity. */
export interface NodeRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
}

/** `node.labels.zone == a`, as Swarm reads it. */
const expression = /^\s*([a-z_][\w./-]+)\s*(==|!=)\s*(.+?)\s*$/i;

/** The kernel's names of architectures, which Swarm compares with, and Go's, which Kubernetes has. */
const architectures: Readonly<Record<string, string>> = {
  x86_64: "amd64",
  aarch64: "arm64",
  armv7l: "arm",
  s390x: "s390x",
  ppc64le: "ppc64le",
};

/** A constraint of Swarm as Kubernetes has it; undefined where it has nothing like it. */
export function requirement(constraint: string): NodeRequirement | undefined {
  const [, field = "", operator, value = ""] = expression.exec(constraint) ?? [];
  const isEqual = operator === "==";
  if (!isLabelValue(value)) return undefined;
  const is = (key: string, wanted: string): NodeRequirement => ({
    key,
    operator: isEqual ? "In" : "NotIn",
    values: [wanted],
  });
  // Names of labels are told apart by case, those of fields are not.
  if (/^node\.labels\./i.test(field)) {
    const key = field.slice(12);
    return isLabelKey(key) ? is(key, value) : undefined;
  }
  switch (field.toLowerCase()) {
    case "node.hostname":
      return is(nodeLabels.hostname, value.toLowerCase());
    case "node.platform.os":
      return is(nodeLabels.os, value.toLowerCase());
    case "node.platform.arch":
      return is(nodeLabels.architecture, architectures[value.toLowerCase()] ?? value);
    case "node.role": {
      const role = value.toLowerCase();
      if (role !== "manager" && role !== "worker") return undefined;
      const isControlPlane = (role === "manager") === isEqual;
      return {
        key: nodeLabels.controlPlane,
        operator: isControlPlane ? "Exists" : "DoesNotExist",
      };
    }
    default:
      return undefined;
  }
}

/** What the nodes must be that may run the service; what Kubernetes can't ask for is left out. */
export function requirements(service: ComposeService): readonly NodeRequirement[] {
  const { constraints = [] } = deployOf(service).placement;
  return constraints.flatMap((constraint) => requirement(constraint) ?? []);
}

/** Whether a node with these labels satisfies a requirement, as the scheduler sees it. */
export function meets(labels: Labels, { key, operator, values = [] }: NodeRequirement): boolean {
  const value = labels[key];
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}
