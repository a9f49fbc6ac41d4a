import { httpProbe, set, type Relabel } from "./scrape";

/** What Prometheus reads of a cluster's logging. */
export interface LoggingTargets {
  /** Slipway runs the store, too. */
  readonly store: boolean;
  /** Lines come into the store through a gateway. */
  readonly gateway: boolean;
}

/** Of the gateway's figures, those that somebody reads. */
export const gatewayScope = { params: { scope: ["frontend", "backend"] } } as const;

/** Of the collectors' figures, those that somebody reads. */
export const collectorFigures: readonly Relabel[] = [
  { source_labels: ["__name__"], regex: "(otelcol|http)_.*_bucket", action: "drop" },
  { regex: "otel_scope_.+", action: "labeldrop" },
];

/** The store, asked from outside without a password: that it wants one is an answer. @param exporter host and port */
export function storeProbe(exporter: string) {
  return {
    ...httpProbe,
    relabel: [
      {
        source_labels: ["__address__"],
        regex: "([^:]+)(:\\d+)?",
        target_label: "__param_target",
        replacement: "https://$1:9200/",
      },
      set("__address__", exporter),
    ],
  } as const;
}
