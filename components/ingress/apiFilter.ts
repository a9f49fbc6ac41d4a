import { filterConfiguration } from "../platform/apiFilter";

/**
 * HAProxy's configuration: the part of the Docker API that Traefik's Swarm provider reads, and nothing else of it.
 *
 * Traefik meets the network, and whoever takes it over gets what it holds. The whole Docker API, be it by socket or by
 * client certificate, is root on every manager. So Traefik holds neither: it asks this filter, over a network of
 * their own, and the filter lets five questions pass, for reading. A few more reasons for it:
 *
 * - Traefik can run on any node, next to the users, and not only on managers.
 * - Of services, only those with routes are listed: the environment of all others stays unread. Traefik would
 *   otherwise also ask for each task of each service in the cluster, every second.
 * - It asks for a task's node with each task. That answer is kept for half a minute.
 * - Traefik 3.6.0 asks for version 1.24 of the API, which engines from 29 on refuse; the filter takes the version off,
 *   and the engine answers with its own.
 */
export function haproxyConfiguration(): string {
  return filterConfiguration(
    `  http-request deny unless METH_GET
  http-request set-path %[path,regsub(^/v[0-9.]+/,/)]
  http-request set-query ${routedServices} if { path /services }
  acl a_node path_reg ^/nodes/[a-z0-9]+$
  acl of_one_service query,url_dec -m sub \\"service\\":
  http-request deny unless { path /version /services /networks } or a_node or { path /tasks } of_one_service
  http-request set-var(txn.kept) bool(true) if a_node
  http-request cache-use nodes if a_node
  http-response set-header cache-control max-age=30 if { var(txn.kept) -m bool }
  http-response cache-store nodes if { var(txn.kept) -m bool }
`,
    `cache nodes
  total-max-size 4
  max-object-size 65536
  max-age 30

`,
  );
}

/** `{"label":{"traefik.enable=true":true}}`, as a query; HAProxy wants its percent signs doubled. */
const routedServices = `filters=${encodeURIComponent(
  JSON.stringify({ label: { "traefik.enable=true": true } }),
).replaceAll("%", "%%")}`;
