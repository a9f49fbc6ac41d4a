import { createHash } from "node:crypto";
import type { KubernetesArgs, Labels } from "./types";

/** Longest name of a workload: StatefulSets and CronJobs add 11 characters of their own to it, and a label holds 63. */
const maxWorkload = 52;
const maxLabel = 63;
const hashDigits = 8;

/**
 * A text as a DNS label: small letters, digits and dashes. What is too long is cut, and a hash tells it from others that
 * begin in the same way.
 *
 * @param length Longest result.
 */
export function dnsLabel(text: string, length = maxLabel): string {
  const clean = text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  if (clean !== "" && clean.length <= length) return clean;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, hashDigits);
  const cut = clean.slice(0, length - hashDigits - 1).replace(/-+$/, "");
  return cut === "" ? `x-${hash}` : `${cut}-${hash}`;
}

/** The namespace of an application. */
export function namespaceOf(application: string): string {
  return dnsLabel(application);
}

/** Name on the cluster of a service of the file: of its workload, its Service and its container. */
export function serviceName(key: string): string {
  return dnsLabel(key, maxWorkload);
}

/** Whether a Service can have the name: RFC 1035, which wants a letter first. */
export function isServiceName(text: string): boolean {
  return /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text);
}

/** Labels by which tools see the application's objects as one. */
export function commonLabels(application: string): Labels {
  const name = namespaceOf(application);
  return {
    "app.kubernetes.io/instance": name,
    "app.kubernetes.io/part-of": name,
    "app.kubernetes.io/managed-by": "slipway",
  };
}

/** Labels by which the pods of a service or job are told from all others. */
export function selectorLabels(application: string, name: string): Labels {
  return {
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/instance": namespaceOf(application),
  };
}

/** Labels of what belongs to a service or job, its pods among it. */
export function objectLabels(application: string, name: string): Labels {
  return { ...selectorLabels(application, name), ...commonLabels(application) };
}

/**
 * Labels of a workload: with the version, which nothing else has, or a new version would change every object, and make each
 * pod anew.
 */
export function workloadLabels({ application, plan }: KubernetesArgs, name: string): Labels {
  const { applicationVersion } = plan;
  return {
    ...objectLabels(application, name),
    ...(isLabelValue(applicationVersion) && { "app.kubernetes.io/version": applicationVersion }),
  };
}

/** Label that the pods on a network of the file carry. */
export function networkLabel(network: string): string {
  return `network.slipway/${dnsLabel(network)}`;
}

/** Label that the pods with an alias carry. */
export function aliasLabel(alias: string): string {
  return `alias.slipway/${dnsLabel(alias)}`;
}

/** Label of pods that may send nothing out of the cluster's networks that they are on. */
export const internalLabel = "egress.slipway/internal";

/** Value of labels that say only that something is so. */
export const yes = "yes";

export function isLabelValue(text: string): boolean {
  return text.length <= maxLabel && /^([A-Za-z0-9]([\w.-]*[A-Za-z0-9])?)?$/.test(text);
}

/** Whether labels and annotations can have the key: a name, and the DNS name of who gave it before a slash. */
export function isLabelKey(text: string): boolean {
  const parts = text.split("/");
  const [prefix, name] = parts.length === 1 ? [undefined, parts[0]] : parts;
  if (parts.length > 2 || name === undefined || name === "" || !isLabelValue(name)) return false;
  return (
    prefix === undefined ||
    (prefix.length <= 253 && /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(prefix))
  );
}

/** What of a file's labels can be labels on Kubernetes, what only annotations, and what neither. */
export function divided(labels: Labels = {}): {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly neither: readonly string[];
} {
  const entries = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const known = entries.filter(([key]) => isLabelKey(key));
  return {
    labels: Object.fromEntries(known.filter(([, value]) => isLabelValue(value))),
    annotations: Object.fromEntries(known.filter(([, value]) => !isLabelValue(value))),
    neither: entries.map(([key]) => key).filter((key) => !isLabelKey(key)),
  };
}

/** `annotations` of an object that has some. */
export function annotated(annotations: Labels): { readonly annotations?: Labels } {
  return Object.keys(annotations).length > 0 ? { annotations } : {};
}
