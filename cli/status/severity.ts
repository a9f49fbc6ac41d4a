import type { Severity } from "./view";

/** The worst first. What is known to be broken is worse than what nobody knows. */
const order: readonly Severity[] = ["critical", "unknown", "warning", "ok"];

export function worst(severities: readonly Severity[]): Severity {
  return order.find((severity) => severities.includes(severity)) ?? "ok";
}

interface Judged {
  readonly severity: Severity;
}

/** Puts the worst first. */
export function bySeverity(a: Judged, b: Judged): number {
  return order.indexOf(a.severity) - order.indexOf(b.severity);
}

/** Puts names in their order, numbers in them by their value. */
export function byName(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/** A list with the severity of its worst. */
export function withWorst<T extends Judged>(
  value: readonly T[],
): { readonly severity: Severity; readonly value: readonly T[] } {
  return { severity: worst(value.map(({ severity }) => severity)), value };
}
