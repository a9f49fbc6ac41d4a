import { limitsOf, reservationsOf } from "../service";
import { objectLabels } from "./names";
import { cpuQuantity } from "./quantities";
import type { PlannedObject, ServiceContext } from "./types";
import { workloadKind } from "./workloads";

/** The number of replicas follows the use of CPU, in percent of the limit, or of what is reserved where there is none. */
export function autoscaler(context: ServiceContext): readonly PlannedObject[] {
  const { service, args, key, name, namespace } = context;
  const autoscale = service["x-slipway"]?.autoscale;
  const kind = workloadKind(context);
  if (autoscale === undefined || kind === "DaemonSet") return [];
  const cpus = limitsOf(service).cpus ?? reservationsOf(service).cpus ?? 0;
  const averageValue = cpuQuantity((cpus * autoscale.cpuPercent) / 100);
  return [
    {
      key: `HorizontalPodAutoscaler/${key}`,
      object: {
        apiVersion: "autoscaling/v2",
        kind: "HorizontalPodAutoscaler",
        metadata: { name, namespace, labels: objectLabels(args.application, name) },
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind, name },
          minReplicas: autoscale.min,
          maxReplicas: autoscale.max,
          metrics: [
            {
              type: "Resource",
              resource: { name: "cpu", target: { type: "AverageValue", averageValue } },
            },
          ],
        },
      },
      after: [`${kind}/${key}`],
    },
  ];
}
