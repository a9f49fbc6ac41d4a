import path from "node:path";
import { indexPattern } from "../logging/indexes";
import { hosts, ports, users } from "../logging/names";
import { fields } from "../logging/record";
import { linesSource, paths } from "./names";
import type { DashboardSettings } from "./dashboards";
import { monitoringSources, sourcesFile, type DataSource } from "./provisioning";
import type { GrafanaSettings, LinesSecrets } from "./settings";

/**
 * The store's lines, read by the account that may read and nothing else. The type is Elasticsearch's, which Grafana's image
 * has: of what that asks, OpenSearch understands all. OpenSearch's own type would be a plug-in that every site has to fetch.
 *
 * @param cluster its name
 * @param host by which Grafana reaches the store
 */
function linesSourceOf(cluster: string, host: string): DataSource {
  return {
    uid: linesSource,
    name: "Logs",
    type: "elasticsearch",
    url: `https://${host}:${ports.store}`,
    basicAuth: true,
    basicAuthUser: users.reader,
    jsonData: {
      index: indexPattern(cluster),
      timeField: fields.time,
      logMessageField: fields.message,
      logLevelField: fields.level,
      maxConcurrentShardRequests: 5,
      tlsAuthWithCACert: true,
      // Of the certificate, whatever the store's host is called from here.
      serverName: hosts.node,
    },
    // Grafana reads them at each start, and keeps them enciphered.
    secureJsonData: {
      basicAuthPassword: `$__file{${paths.linesPassword}}`,
      tlsCACert: `$__file{${paths.linesAuthority}}`,
    },
  };
}

/** Where Grafana finds what it shows. */
export interface SourcePlaces {
  /** URL of Prometheus. */
  readonly prometheus: string;
  /** URL of Alertmanager. */
  readonly alertmanager: string;
  /** Host of the store of logs, where the cluster has one of its own. */
  readonly store: string;
}

/** The file with the data sources of a cluster. */
export function clusterSources(
  { clusterName, dashboards }: Pick<GrafanaSettings, "clusterName" | "dashboards">,
  { store, ...urls }: SourcePlaces,
): string {
  return sourcesFile([
    ...monitoringSources(urls),
    ...(hasLines(dashboards) ? [linesSourceOf(clusterName, store)] : []),
  ]);
}

/** Whether there are lines to be shown: of a store of the site's Grafana would have an account that writes. */
export function hasLines({ logging }: DashboardSettings): boolean {
  return logging?.store === true;
}

/** Files with what the store wants of Grafana, by key. */
export const linesFiles = {
  password: path.posix.basename(paths.linesPassword),
  authority: path.posix.basename(paths.linesAuthority),
} as const satisfies Readonly<Record<keyof LinesSecrets, string>>;
