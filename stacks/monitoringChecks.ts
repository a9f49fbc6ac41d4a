import * as pulumi from "@pulumi/pulumi";
import { adminUser } from "../components/grafana/names";
import { uncoveredHosts } from "../components/ingress/coverage";
import { externalMistake } from "../components/monitoring/external";
import { neededSecrets } from "../components/monitoring/secrets";
import { weakness } from "../components/platform/password";
import {
  renderProblem,
  SpecError,
  type ClusterSpec,
  type Loaded,
  type Problem,
} from "../components/spec";
import type { MonitoringPasswords } from "./monitoringPasswords";

/**
 * What monitoring can't do without, before anything is changed: secrets that the file asks for, and an answer of the site's
 * own Prometheus.
 *
 * @throws SpecError with all of it, at its places in the file.
 */
export async function checkMonitoringSettings(
  { spec, problemAt }: Pick<Loaded<ClusterSpec>, "spec" | "problemAt">,
  passwords: MonitoringPasswords,
): Promise<void> {
  const { monitoring } = spec.platform;
  if (monitoring === undefined) return;
  const missing = neededSecrets(monitoring).flatMap(({ path, key, what }): Problem[] => {
    const value = secretOf(key, passwords);
    if (value !== undefined && value !== "") {
      const mistake = mistakeOf(key, value);
      return mistake === undefined ? [] : [problemAt(path, `slipway:${key} ${mistake}`)];
    }
    const command = key.includes(".")
      ? `pulumi config set --secret --path 'slipway:${key}'`
      : `pulumi config set --secret slipway:${key}`;
    return [problemAt(path, `needs ${what}, and slipway:${key} is not set; run \`${command}\``)];
  });
  if (missing.length > 0) throw new SpecError(missing);
  warnOfCertificate(spec, problemAt);
  const { external } = monitoring;
  if (external === undefined) return;
  const mistake = await externalMistake({
    external,
    password: passwords.external,
    caCertificates: spec.os.caCertificates.map(({ pem }) => pem),
  });
  if (mistake !== undefined)
    throw new SpecError([problemAt(["platform", "monitoring", "external", "url"], mistake)]);
}

/** A browser would warn of Grafana where the certificate of the ingress is not for its host. */
function warnOfCertificate(
  { platform: { monitoring, ingress } }: ClusterSpec,
  problemAt: Loaded<ClusterSpec>["problemAt"],
): void {
  const { grafana } = monitoring ?? {};
  const { tls } = ingress ?? {};
  if (grafana === undefined || tls === undefined) return;
  if (uncoveredHosts(tls.certificate.pem, [{ host: grafana.host, tls: true }]).length === 0) return;
  const problem = problemAt(
    ["platform", "monitoring", "grafana", "host"],
    `${grafana.host} is not in the certificate of the ingress, so that browsers will warn of it; ask its issuer for one that has it`,
  );
  void pulumi.log.warn(renderProblem({ ...problem, severity: "warning" }));
}

function secretOf(
  key: string,
  { mail, external, grafana, webhookPasswords, webhookUrls }: MonitoringPasswords,
): string | undefined {
  const [kind = "", name = ""] = key.split(/\.(.*)/s);
  switch (kind) {
    case "mailPassword":
      return mail;
    case "monitoringPassword":
      return external;
    case "grafanaPassword":
      return grafana;
    case "webhookPasswords":
      return webhookPasswords[name];
    default:
      return webhookUrls[name];
  }
}

/** What is wrong with a secret, in words that do not show it. */
function mistakeOf(key: string, value: string): string | undefined {
  if (key === "grafanaPassword") {
    const weak = weakness(adminUser, value);
    return weak && `${weak}; set another one with \`pulumi config set --secret slipway:${key}\``;
  }
  return key.startsWith("webhookUrls.") ? secretUrlMistake(value) : undefined;
}

/** The URL itself is never told. */
function secretUrlMistake(text: string): string | undefined {
  const isUrl = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  return isUrl ? undefined : "is no URL that starts with https:// or http://; set it again";
}
