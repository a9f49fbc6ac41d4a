import { stringify } from "yaml";
import { paths } from "./names";
import type { Scrape } from "./scrape/scrape";

export interface PrometheusSettings {
  /** Name of the cluster: a label of all that leaves it. */
  readonly cluster: string;
  readonly scrapes: readonly Scrape[];
  /** Address of Alertmanager; absent where the site's Prometheus gets everything. */
  readonly alertmanager?: string;
  readonly remoteWrite?: RemoteWrite;
}

export interface RemoteWrite {
  readonly url: string;
  /** With a password in a file. */
  readonly user?: string;
}

/** Prometheus' configuration. */
export function prometheusConfiguration({
  cluster,
  scrapes,
  alertmanager,
  remoteWrite,
}: PrometheusSettings): string {
  return stringify(
    {
      global: {
        scrape_interval: "15s",
        scrape_timeout: "10s",
        ...(alertmanager !== undefined && { evaluation_interval: "15s" }),
        external_labels: { cluster },
      },
      ...(alertmanager !== undefined && {
        rule_files: [`${paths.rules}/*.yml`],
        alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
      }),
      ...(remoteWrite !== undefined && { remote_write: [remote(remoteWrite)] }),
      scrape_configs: scrapes,
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

function remote({ url, user }: RemoteWrite): object {
  return {
    url,
    ...(user !== undefined && {
      basic_auth: { username: user, password_file: paths.password },
    }),
  };
}
