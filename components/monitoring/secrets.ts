import { createHmac } from "node:crypto";
import type { MonitoringSpec } from "../spec";
import type { MonitoringSecrets } from "./alertmanagerConfig";

export interface FileSecrets extends MonitoringSecrets {
  /** Of the user at the site's Prometheus. */
  readonly external?: string;
  /** Known to nobody: without it the name of a secret would let anybody test guesses of its value. */
  readonly salt: string;
}

/** What names of secrets are made with. @param secret of the cluster, which stays and nobody else has */
export function saltOf(secret: string): string {
  return createHmac("sha256", secret).update("names of secrets of monitoring").digest("hex");
}

/** A secret that monitoring can't do without, and for what. */
export interface NeededSecret {
  /** Where the file asks for it. */
  readonly path: readonly string[];
  /** Key of the Pulumi stack's configuration, without its namespace; with the receiver's name behind a dot. */
  readonly key: string;
  /** In words. */
  readonly what: string;
}

const place = ["platform", "monitoring"];

/** Every secret that a `monitoring` section asks for. */
export function neededSecrets({
  mail,
  receivers,
  external,
  grafana,
}: Pick<MonitoringSpec, "mail" | "receivers" | "external" | "grafana">): NeededSecret[] {
  const found: NeededSecret[] = [];
  if (external?.user !== undefined)
    found.push({
      path: [...place, "external", "user"],
      key: "monitoringPassword",
      what: `the password of ${external.user} at the site's Prometheus`,
    });
  if (mail?.user !== undefined)
    found.push({
      path: [...place, "mail", "user"],
      key: "mailPassword",
      what: `the password of ${mail.user} at the mail server`,
    });
  if (grafana?.enabled === true)
    found.push({
      path: [...place, "grafana"],
      key: "grafanaPassword",
      what: "the password of its account admin",
    });
  for (const [name, { webhook }] of Object.entries(receivers)) {
    if (webhook === undefined) continue;
    const path = [...place, "receivers", name, "webhook"];
    if (webhook.url === undefined)
      found.push({ path, key: `webhookUrls.${name}`, what: "the URL of this webhook" });
    if (webhook.authentication !== "none")
      found.push({
        path: [...path, "authentication"],
        key: `webhookPasswords.${name}`,
        what:
          webhook.authentication === "bearer"
            ? "the token for this webhook"
            : `the password of ${webhook.user ?? ""} at this webhook`,
      });
  }
  return found;
}
