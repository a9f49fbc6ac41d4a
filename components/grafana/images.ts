/**
 * Grafana, with its one pinned version: what a site must mirror. `mirror` goes before the name. Of its data sources that for
 * Elasticsearch is a plug-in within the image, and from 13.2 on that for Prometheus, too.
 */
export const grafanaImages = { grafana: "grafana/grafana:13.1.4" } as const;
