import type { MonitoringSpec } from "../../../components/spec";
import type { FileSecrets } from "../../../components/monitoring/secrets";

/** As little as a file can say. */
export const plain: MonitoringSpec = {
  storage: { node: "workers-0", sizeGiB: 10 },
  retention: { time: "15d", size: "8GB" },
  receivers: {},
  routes: [],
  disabledAlerts: [],
  rules: [],
  runbooks: "docs/runbooks",
  probes: {},
  images: {},
};

/** With everything. */
export const full: MonitoringSpec = {
  ...plain,
  mail: { host: "smtp.test", port: 587, from: "alerts@example.com", user: "alerts", tls: true },
  receivers: {
    "platform-team": { mail: ["platform@example.com", "night@example.com"] },
    "on-call": {
      webhook: { url: "https://pager.test/alerts", authentication: "basic", user: "alertmanager" },
    },
    chat: { webhook: { authentication: "none" } },
    heartbeat: { webhook: { url: "https://heartbeat.test", authentication: "bearer" } },
  },
  defaultReceiver: "platform-team",
  routes: [
    { severity: "critical", receiver: "on-call", continue: true },
    { severity: "warning", owner: "team-shop", receiver: "chat", continue: false },
  ],
  deadManSwitch: { receiver: "heartbeat", intervalSeconds: 60 },
  disabledAlerts: ["ClockNotSynchronised", "MemoryPressure"],
  rules: [{ path: "rules/site.yml", text: "groups: []\n" }],
  runbooks: "https://git.test/runbooks/",
  probes: { through: "10.0.0.100" },
  images: { prometheus: "registry.test/prometheus:mine", apiFilter: "registry.test/haproxy:mine" },
};

/** A Prometheus of the site. */
export const external: MonitoringSpec = {
  ...plain,
  storage: undefined,
  external: { url: "https://prometheus.test/", user: "clusters" },
};

export const secrets: FileSecrets = {
  mail: "mail-password",
  webhookPasswords: { "on-call": "pager-password", heartbeat: "heartbeat-token" },
  webhookUrls: { chat: "https://chat.test/hooks/secret-part" },
  salt: "salt",
};

export const cases = [
  { title: "plain", spec: plain, secrets },
  { title: "full", spec: full, secrets },
  { title: "external", spec: external, secrets: { ...secrets, external: "site-password" } },
] as const;
