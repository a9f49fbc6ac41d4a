import { adminUser, paths, port } from "./names";

export interface GrafanaConfiguration {
  /** Name by which browsers ask for it. */
  readonly host: string;
  /** Port by which they do. */
  readonly httpsPort: number;
}

type Section = Readonly<Record<string, string | number | boolean>>;

/**
 * Grafana's configuration. It asks nobody outside of the cluster for anything: no new versions, no plug-ins, no news, no
 * pictures, and it tells nobody how it is used. Whoever comes in has an account, and nobody makes one for himself.
 */
export function grafanaConfiguration({ host, httpsPort }: GrafanaConfiguration): string {
  const sections: Readonly<Record<string, Section>> = {
    server: {
      http_port: port,
      domain: host,
      root_url: `https://${host}${httpsPort === 443 ? "" : `:${httpsPort}`}/`,
    },
    analytics: {
      reporting_enabled: false,
      check_for_updates: false,
      check_for_plugin_updates: false,
      feedback_links_enabled: false,
    },
    security: {
      admin_user: adminUser,
      admin_password: `$__file{${paths.password}}`,
      disable_gravatar: true,
      cookie_secure: true,
    },
    users: { allow_sign_up: false, allow_org_create: false },
    "auth.anonymous": { enabled: false },
    snapshots: { external_enabled: false },
    plugins: {
      // Even those that it has would be replaced by newer ones, which takes the ways out that there are not.
      preinstall_disabled: true,
      preinstall_auto_update: false,
      plugin_admin_enabled: false,
      public_key_retrieval_disabled: true,
    },
    news: { news_feed_enabled: false },
    // They would be for everybody who reaches it; that it is well is asked through the ingress.
    metrics: { enabled: false },
    dashboards: { default_home_dashboard_path: `${paths.dashboards}/slipway-cluster.json` },
    // Files are not written: there is nowhere to.
    log: { mode: "console" },
    "log.console": { format: "json" },
  };
  return Object.entries(sections)
    .map(([name, values]) =>
      [`[${name}]`, ...Object.entries(values).map(([key, value]) => `${key} = ${value}`), ""].join(
        "\n",
      ),
    )
    .join("\n");
}

/**
 * What starts Grafana. It takes the password of its configuration with its very first start alone; here the secret is what
 * counts at every start. Where that fails, people still get in by the password that they had.
 */
export function startScript(): string {
  const options = `--homepath /usr/share/grafana --config ${paths.configuration}`;
  return `#!/bin/sh
# Written by Slipway.
if [ -e ${paths.data}/grafana.db ]; then
  grafana cli ${options} admin reset-admin-password --password-from-stdin <${paths.password} >/tmp/password.log 2>&1 ||
    { echo '{"level":"error","msg":"the password of ${adminUser} stays what it was"}' >&2; tail -n 5 /tmp/password.log >&2; }
fi
exec grafana server ${options}
`;
}
