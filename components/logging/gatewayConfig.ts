/**
 * HAProxy before an OpenSearch, for the collectors alone.
 *
 * The collector's exporter drops what it has sent where answers lack the header by which Elasticsearch says what it is;
 * OpenSearch takes the same requests, and has no setting that would add it. The contrib image's exporter for OpenSearch sets no
 * ids for documents, so that what is sent again would be there twice.
 *
 * While no store answers, requests wait here. The exporter (0.145.0) doubles 200 ms with each attempt and takes that or 30 s,
 * whichever is less, and of this a random share between half and all. Its number of nanoseconds overflows first at the 37th
 * attempt, when the pauses so far come to 7 to 15 minutes (11 on average), and is nothing from the 56th on, at 9 to 18: from
 * then on it would ask without a pause. Here each answer takes 10 s.
 */
import { isIP } from "node:net";

export interface GatewaySettings {
  /** Host and port of the store, which speaks TLS. A name in full: search domains are not tried. */
  readonly store: string;
  /** File with the authorities that are trusted for the store. */
  readonly caFile: string;
  /** File with the gateway's own certificate, its chain and its key. */
  readonly certificateFile: string;
  /** Default {@link gatewayPort}. */
  readonly port?: number;
  /** Default {@link gatewayMetricsPort}. */
  readonly metricsPort?: number;
}

/** As the store's own, so that collectors see no difference. */
export const gatewayPort = 9200;

/** Port of `/metrics`, of HAProxy's own exporter. */
export const gatewayMetricsPort = 8405;

/** Whether the certificate is for the host. HAProxy has no such check for addresses: there it is the authority alone. */
function checkOf(store: string): string {
  const host = store.replace(/:\d+$/, "");
  return isIP(host.replace(/^\[|\]$/g, "")) === 0 ? ` verifyhost ${host} sni str(${host})` : "";
}

/** HAProxy's configuration. */
export function gatewayConfiguration({
  store,
  caFile,
  certificateFile,
  port = gatewayPort,
  metricsPort = gatewayMetricsPort,
}: GatewaySettings): string {
  return `global
  maxconn 1024
  log stdout format raw local0 warning
  ssl-default-bind-options ssl-min-ver TLSv1.2

defaults
  mode http
  log global
  option httplog
  option dontlog-normal
  option redispatch
  timeout connect 5s
  timeout client 5m
  timeout server 5m
  timeout http-request 60s
  timeout tarpit 10s

resolvers names
  parse-resolv-conf
  hold valid 10s

frontend collectors
  bind :${port} ssl crt ${certificateFile}
  http-request deny unless { method POST } { path /_bulk }
  http-request tarpit deny_status 503 if { nbsrv(store) eq 0 }
  default_backend store

frontend metrics
  bind :${metricsPort}
  http-request use-service prometheus-exporter if { path /metrics }
  http-request deny

backend store
  http-response set-header X-Elastic-Product Elasticsearch
  server store ${store} ssl verify required ca-file ${caFile}${checkOf(store)} check inter 2s rise 1 resolvers names init-addr last,libc,none
`;
}
