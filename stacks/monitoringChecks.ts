import { externalMistake } from "../components/monitoring/external";
import { neededSecrets } from "../components/monitoring/secrets";
import { SpecError, type ClusterSpec, type Loaded, type Problem } from "../components/spec";
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
      const mistake = key.startsWith("webhookUrls.") ? secretUrlMistake(value) : undefined;
      return mistake === undefined ? [] : [problemAt(path, `slipway:${key} ${mistake}`)];
    }
    const command = key.includes(".")
      ? `pulumi config set --secret --path 'slipway:${key}'`
      : `pulumi config set --secret slipway:${key}`;
    return [problemAt(path, `needs ${what}, and slipway:${key} is not set; run \`${command}\``)];
  });
  if (missing.length > 0) throw new SpecError(missing);
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

function secretOf(
  key: string,
  { mail, external, webhookPasswords, webhookUrls }: MonitoringPasswords,
): string | undefined {
  const [kind = "", name = ""] = key.split(/\.(.*)/s);
  switch (kind) {
    case "mailPassword":
      return mail;
    case "monitoringPassword":
      return external;
    case "webhookPasswords":
      return webhookPasswords[name];
    default:
      return webhookUrls[name];
  }
}

/** The URL itself is never told. */
function secretUrlMistake(text: string): string | undefined {
  const isUrl = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  return isUrl ? undefined : "is no URL that starts with https:// or http://; set it again";
}
