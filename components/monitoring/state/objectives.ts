import {
  availabilityLabel,
  mostNumbered,
  percentiles,
  latencyLabel,
  routeLabel,
} from "../applicationLabels";
import { key, type StateMetric } from "./metric";

/**
 * Objectives and routes that applications write on their objects.
 *
 * @param list JSONPath of the list of objects, with a place for a filter
 * @param labelsAt JSONPath of labels or annotations in an object
 * @param application JSONPath of the application's name in an object
 */
export function objectiveMetrics(
  list: (filter: string) => string,
  labelsAt: string,
  application: string,
): readonly StateMetric[] {
  const has = (label: string) => list(`?(@${labelsAt}.${key(label)})`);
  const value = (label: string) => `{${labelsAt}.${key(label)}}`;
  return [
    {
      name: "slipway_slo_availability",
      type: "object",
      help: "Percent of requests that must succeed, as the application states it.",
      path: has(availabilityLabel),
      labels: { application, route: value(routeLabel(0)) },
      values: { percent: value(availabilityLabel) },
    },
    ...percentiles.map((percentile) => {
      const label = latencyLabel(percentile);
      return {
        name: "slipway_slo_latency",
        type: "object",
        help: "Time within which a percentile of requests is answered, as the application states it.",
        path: has(label),
        labels: { application, route: value(routeLabel(0)), percentile },
        values: { seconds: value(label) },
      } as const;
    }),
    ...Array.from({ length: mostNumbered }, (_, index) => {
      const label = routeLabel(index);
      return {
        name: "slipway_slo_route",
        type: "object",
        help: "Routes of applications, as the ingress names them in its metrics.",
        path: has(label),
        labels: { application, route: value(label) },
        values: { info: 1 },
      } as const;
    }),
  ];
}
