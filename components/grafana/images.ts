/**
 * Grafana, with its one pinned version: what a site must mirror. `mirror` goes before the name. From 13.2 on its data source
 * for Prometheus is a plug-in beside it, which no release of 13.1 needs.
 */
export const grafanaImages = { grafana: "grafana/grafana:13.1.4" } as const;
