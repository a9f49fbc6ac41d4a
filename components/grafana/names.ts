/** Port of Grafana, in its container. */
export const port = 3000;

/** Names by which dashboards know data sources. */
export const prometheusSource = "prometheus";
export const alertmanagerSource = "alertmanager";
export const linesSource = "logs";

/** The one account that there is from the start. */
export const adminUser = "admin";

/** User and group of Grafana's image, whose data is theirs. */
export const userId = 472;

/** Where files are in the container. */
export const paths = {
  configuration: "/etc/grafana/grafana.ini",
  start: "/etc/grafana/start.sh",
  sources: "/etc/grafana/provisioning/datasources/slipway.yml",
  providers: "/etc/grafana/provisioning/dashboards/slipway.yml",
  /** Folder. */
  provisioning: "/etc/grafana/provisioning",
  /** Folder. */
  dashboards: "/etc/grafana/dashboards",
  password: "/run/secrets/admin.password",
  /** Of the store's account that reads lines, and the authority that signed for the store. */
  linesPassword: "/run/secrets/logs.password",
  linesAuthority: "/run/secrets/logs.pem",
  /** Folder with accounts, preferences and dashboards that people have made. */
  data: "/var/lib/grafana",
} as const;

/** Path that answers while Grafana is well; it needs no account. */
export const healthPath = "/api/health";

/** What Grafana may use. */
export const needs = { memory: { limit: 512, reserved: 128 }, cpus: 1 } as const;
