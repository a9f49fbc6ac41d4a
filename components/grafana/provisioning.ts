import { stringify } from "yaml";
import { grafanaDashboard } from "./dashboards/build";
import { dashboards, type DashboardSettings } from "./dashboards";
import { alertmanagerSource, paths, prometheusSource } from "./names";

/** A data source as Grafana reads it from a file. */
export interface DataSource {
  /** By which dashboards know it. */
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly url: string;
  readonly isDefault?: boolean;
  readonly basicAuth?: boolean;
  readonly basicAuthUser?: string;
  readonly jsonData?: Readonly<Record<string, unknown>>;
  /** What Grafana keeps enciphered; here only the names of files. */
  readonly secureJsonData?: Readonly<Record<string, string>>;
}

/** Prometheus and Alertmanager, which have no accounts. @param urls where Grafana reaches them */
export function monitoringSources(urls: {
  readonly prometheus: string;
  readonly alertmanager: string;
}): readonly DataSource[] {
  return [
    {
      uid: prometheusSource,
      name: "Prometheus",
      type: "prometheus",
      url: urls.prometheus,
      isDefault: true,
      // As often as Prometheus reads its targets: no finer figures are to be had.
      jsonData: { timeInterval: "15s", httpMethod: "POST", manageAlerts: true },
    },
    {
      uid: alertmanagerSource,
      name: "Alertmanager",
      type: "alertmanager",
      url: urls.alertmanager,
      jsonData: { implementation: "prometheus" },
    },
  ];
}

/** The file with data sources. What is no more in it goes; nobody changes them by hand. */
export function sourcesFile(sources: readonly DataSource[]): string {
  return stringify({
    apiVersion: 1,
    prune: true,
    datasources: sources.map((source) => ({ ...source, access: "proxy", editable: false })),
  });
}

/** The file that says where dashboards are. */
export function providersFile(): string {
  return stringify({
    apiVersion: 1,
    providers: [
      {
        name: "slipway",
        folder: "Slipway",
        type: "file",
        disableDeletion: true,
        allowUiUpdates: false,
        options: { path: paths.dashboards },
      },
    ],
  });
}

/** Files of dashboards, by name. */
export function dashboardFiles(settings: DashboardSettings): Readonly<Record<string, string>> {
  return Object.fromEntries(
    dashboards(settings).map((dashboard) => [
      `${dashboard.uid}.json`,
      JSON.stringify(grafanaDashboard(dashboard)),
    ]),
  );
}
