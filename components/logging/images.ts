/**
 * The programs of logging, each with its one pinned version: what a site must mirror. `mirror` goes before the name. The
 * collector is of the newest version whose parts the lab can build; the store is of OpenSearch's long-lived 2.19.
 */
export const loggingImages = {
  collector: "otel/opentelemetry-collector-contrib:0.145.0",
  store: "opensearchproject/opensearch:2.19.1",
  dashboards: "opensearchproject/opensearch-dashboards:2.19.1",
} as const;
