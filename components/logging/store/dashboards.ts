import { stringify } from "yaml";
import { passwordOf } from "../accounts";
import { hosts, ports, users } from "../names";

/** Where things are in the container of OpenSearch Dashboards, as its image has them. */
export const dashboardsPaths = {
  settings: "/usr/share/opensearch-dashboards/config/opensearch_dashboards.yml",
  command: "/usr/share/opensearch-dashboards/bin/opensearch-dashboards",
} as const;

/** What the container may use, MiB and CPUs. */
export const dashboardsNeeds = { memory: { limit: 1024, reserved: 256 }, cpus: 1 } as const;

/** `opensearch_dashboards.yml`; secret, as the password of its own account is in it. */
export function dashboardsSettings(
  seed: string,
  tls: { readonly certificate: string; readonly key: string; readonly authority: string },
): string {
  return stringify(
    {
      "server.host": "0.0.0.0",
      "server.port": ports.dashboards,
      "server.ssl.enabled": true,
      "server.ssl.certificate": tls.certificate,
      "server.ssl.key": tls.key,
      "opensearch.hosts": [`https://${hosts.node}:${ports.store}`],
      "opensearch.ssl.certificateAuthorities": [tls.authority],
      "opensearch.ssl.verificationMode": "full",
      "opensearch.username": users.dashboards,
      "opensearch.password": passwordOf("dashboards", seed),
      "opensearch.requestHeadersAllowlist": ["authorization"],
      "opensearch_security.multitenancy.enabled": false,
    },
    { lineWidth: 0 },
  );
}
