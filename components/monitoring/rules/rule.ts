/** Rules as Prometheus reads them. */
import { platformOwner } from "../names";

export type Severity = "critical" | "warning";

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export type Rule = AlertRule | RecordingRule;

export interface RuleGroup {
  readonly name: string;
  /** Default: that of all rules. */
  readonly interval?: string;
  readonly rules: readonly Rule[];
}

/** An alert in words, before what all alerts have is added. */
export interface Alert {
  readonly name: string;
  readonly severity: Severity;
  readonly expr: string;
  /** How long it must be so. Default: once is enough. */
  readonly for?: string;
  /** One line: what is wrong. */
  readonly summary: string;
  /** What it means, with figures. */
  readonly description: string;
  /** Whose it is. `series`: the label `owner` of what is measured. Default: the platform's. */
  readonly owner?: "series";
}

/** @param runbooks URL of the folder with a page for each alert */
export function alertRule(
  { name, severity, expr, for: time, summary, description, owner }: Alert,
  runbooks: string,
): AlertRule {
  return {
    alert: name,
    expr,
    ...(time !== undefined && { for: time }),
    labels: { severity, ...(owner === undefined && { owner: platformOwner }) },
    annotations: {
      summary,
      description,
      runbook_url: `${runbooks.replace(/\/+$/, "")}/${name}.md`,
    },
  };
}
