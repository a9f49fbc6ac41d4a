import type * as pulumi from "@pulumi/pulumi";

/** Keys of the configuration that are monitoring's. */
export const monitoringKeys = [
  "mailPassword",
  "monitoringPassword",
  "grafanaPassword",
  "webhookPasswords",
  "webhookUrls",
] as const;

/** What monitoring needs and no file says. */
export interface MonitoringPasswords {
  /** Of the user at the mail server. */
  readonly mail?: string;
  /** Of the user at the site's Prometheus. */
  readonly external?: string;
  /** Of Grafana's account admin. */
  readonly grafana?: string;
  /** Tokens and passwords of webhooks, by receiver. */
  readonly webhookPasswords: Readonly<Record<string, string>>;
  /** URLs of webhooks that are secret themselves, by receiver. */
  readonly webhookUrls: Readonly<Record<string, string>>;
}

/** Reads them from the configuration. What the file asks for and is not there is found where the file is. */
export function readMonitoringPasswords(config: pulumi.Config): MonitoringPasswords {
  const byReceiver = (key: string) => config.getObject<Record<string, string>>(key) ?? {};
  return {
    mail: config.get("mailPassword"),
    external: config.get("monitoringPassword"),
    grafana: config.get("grafanaPassword"),
    webhookPasswords: byReceiver("webhookPasswords"),
    webhookUrls: byReceiver("webhookUrls"),
  };
}
