import type { DashboardSettings } from "../../../components/grafana/dashboards";
import type { GrafanaSecrets, GrafanaSettings } from "../../../components/grafana/settings";
import type { Orchestrator } from "../../../components/spec";

export const orchestrators = ["swarm", "kubernetes"] as const;

/** Of a cluster that has all that is plotted. */
export const everything = (orchestrator: Orchestrator): DashboardSettings => ({
  orchestrator,
  requests: true,
  registry: true,
  logging: { store: true, gateway: true },
});

export const settings = (orchestrator: Orchestrator): GrafanaSettings => ({
  clusterName: "lab",
  host: "grafana.example.com",
  httpsPort: 443,
  dashboards: everything(orchestrator),
  node: "workers-0",
  mirror: "registry.test/hub",
});

export const secrets: GrafanaSecrets = { password: "a-long-word-of-the-tests", salt: "salt" };
