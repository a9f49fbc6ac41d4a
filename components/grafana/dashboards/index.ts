import type { LoggingTargets } from "../../monitoring/scrape/logging";
import type { Orchestrator } from "../../spec";
import { applicationDashboard } from "./application";
import { clusterDashboard } from "./cluster";
import type { Dashboard } from "./dashboard";
import { loggingDashboard } from "./logging";
import { nodeDashboard } from "./node";
import { registryDashboard } from "./registry";

/** What a cluster has, and so is plotted. */
export interface DashboardSettings {
  readonly orchestrator: Orchestrator;
  /** Requests are counted, by an ingress that Prometheus reads. */
  readonly requests: boolean;
  /** The registry is Slipway's own, whose metrics Prometheus reads. */
  readonly registry: boolean;
  /** What there is of the cluster's logging, and lines where it has a store of its own; absent where there is none. */
  readonly logging?: LoggingTargets;
}

/** Dashboards of a cluster; the first is what a browser sees first. */
export function dashboards(settings: DashboardSettings): readonly Dashboard[] {
  return [
    clusterDashboard(settings),
    nodeDashboard(settings),
    applicationDashboard(settings),
    ...(settings.registry ? [registryDashboard()] : []),
    ...(settings.logging === undefined
      ? []
      : [loggingDashboard(settings.orchestrator, settings.logging)]),
  ];
}

export type { Dashboard } from "./dashboard";
