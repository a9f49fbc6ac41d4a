import { X509Certificate } from "node:crypto";
import type { IngressExtension } from "../spec";

/** Hosts of rules with TLS that a certificate does not prove: browsers would warn of them. */
export function uncoveredHosts(
  certificate: string,
  rules: readonly Pick<IngressExtension, "host" | "tls">[],
): readonly string[] {
  const parsed = new X509Certificate(certificate);
  const proves = (host: string) =>
    // A wildcard rule needs the same wildcard; what it stands for is any name in its place.
    parsed.checkHost(host.replace(/^\*\./, "any-name."), { subject: "never" }) !== undefined;
  const hosts = rules.filter(({ tls }) => tls).map(({ host }) => host);
  return [...new Set(hosts)].filter((host) => !proves(host));
}
