import { stringify } from "yaml";

/** Modules of the blackbox exporter: what a probe asks, and what answer is one. */
export const modules = { http: "http", tls: "tls" } as const;

/**
 * The blackbox exporter's configuration.
 *
 * A probe of a host follows no redirect to another one, and takes any answer that is no failure: who has to log in gets one,
 * too. A certificate that nobody trusts is an answer as well, since whether it proves its host is the business of browsers,
 * and when it ends is asked by an alert of its own.
 */
export function blackboxConfiguration(): string {
  return stringify({
    modules: {
      [modules.http]: {
        prober: "http",
        timeout: "8s",
        http: {
          valid_status_codes: [200, 201, 202, 204, 301, 302, 303, 307, 308, 401, 403],
          follow_redirects: false,
          preferred_ip_protocol: "ip4",
          tls_config: { insecure_skip_verify: true },
        },
      },
      [modules.tls]: {
        prober: "tcp",
        timeout: "5s",
        tcp: {
          preferred_ip_protocol: "ip4",
          tls: true,
          tls_config: { insecure_skip_verify: true },
        },
      },
    },
  });
}
