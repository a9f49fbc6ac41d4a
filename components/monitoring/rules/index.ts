import { stringify } from "yaml";
import type { Orchestrator } from "../../spec";
import { clusterAlerts } from "./cluster";
import { nodeAlerts } from "./nodes";
import { objectiveAlerts, objectiveRecords } from "./objectives";
import { alertRule, type Alert, type AlertRule, type RuleGroup } from "./rule";
import { releaseRecord, serviceAlerts, serviceRecords } from "./services";

/** Fires without end: that it arrives says that alerts do. */
export const watchdog = "Watchdog";

export interface RuleSettings {
  readonly orchestrator: Orchestrator;
  /** Alerts that are left out. */
  readonly disabled: readonly string[];
  /** URL of the folder with the runbooks. */
  readonly runbooks: string;
}

/** Slipway's rules of a cluster. */
export function ruleGroups({ orchestrator, disabled, runbooks }: RuleSettings): RuleGroup[] {
  const alerts = (all: readonly Alert[]) =>
    all
      .filter(({ name }) => !disabled.includes(name))
      .map((alert): AlertRule => alertRule(alert, runbooks));
  const groups: RuleGroup[] = [
    { name: "slipway.nodes", rules: alerts(nodeAlerts) },
    {
      name: "slipway.services",
      rules: [...serviceRecords, releaseRecord, ...alerts(serviceAlerts(orchestrator))],
    },
    { name: "slipway.cluster", rules: alerts(clusterAlerts(orchestrator)) },
    {
      name: "slipway.objectives",
      interval: "30s",
      rules: [...objectiveRecords, ...alerts(objectiveAlerts)],
    },
    { name: "slipway.watchdog", rules: [watchdogRule(runbooks)] },
  ];
  return groups.filter(({ rules }) => rules.length > 0);
}

function watchdogRule(runbooks: string): AlertRule {
  const { alert, expr, annotations } = alertRule(
    {
      name: watchdog,
      severity: "warning",
      expr: "vector(1)",
      summary: "Alerts arrive",
      description: "It always fires. Where it stops to arrive, monitoring is dead.",
    },
    runbooks,
  );
  return { alert, expr, labels: { severity: "none" }, annotations };
}

/** Names of the alerts that a cluster can do without: all but the one that says that alerts arrive. */
export const alertNames: readonly string[] = [
  ...new Set(
    (["swarm", "kubernetes"] as const).flatMap((orchestrator) =>
      [
        ...nodeAlerts,
        ...serviceAlerts(orchestrator),
        ...clusterAlerts(orchestrator),
        ...objectiveAlerts,
      ].map(({ name }) => name),
    ),
  ),
].sort();

/** The file of rules. */
export function rulesFile(settings: RuleSettings): string {
  return stringify({ groups: ruleGroups(settings) }, { lineWidth: 0 });
}
