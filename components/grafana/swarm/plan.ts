import path from "node:path";
import { routeLabels, routeNames, type RouteSettings } from "../../ingress/routes";
import { hosts as loggingHosts } from "../../logging/names";
import { monitoringLabels, probeLabels } from "../../monitoring/applicationLabels";
import { heapLimit } from "../../monitoring/arguments";
import { ports } from "../../monitoring/names";
import { hosts } from "../../monitoring/swarm/names";
import { imageName } from "../../platform/images";
import {
  container,
  memory,
  mounted,
  onMachine,
  placement,
  platformFile,
  second,
  secret,
  secretHash,
  service,
  type FileIds,
  type PlatformFile,
  type ServicePlan,
} from "../../platform/parts";
import { grafanaConfiguration, startScript } from "../config";
import { grafanaImages } from "../images";
import { clusterSources, hasLines, linesFiles } from "../lines";
import { healthPath, needs, paths, port, userId } from "../names";
import { dashboardFiles, providersFile } from "../provisioning";
import { grafanaRoute } from "../route";
import type { GrafanaSecrets, GrafanaSettings } from "../settings";
import { namespace, service as serviceName, volume } from "./names";

/** Where each config is in the container, by its key. */
function configPaths(dashboards: readonly string[]): Readonly<Record<string, string>> {
  return {
    "grafana.ini": paths.configuration,
    "start.sh": paths.start,
    "sources.yml": paths.sources,
    "providers.yml": paths.providers,
    ...Object.fromEntries(dashboards.map((name) => [name, `${paths.dashboards}/${name}`])),
  };
}

const passwordKey = path.posix.basename(paths.password);

export interface GrafanaFiles {
  readonly configs: readonly PlatformFile[];
  readonly password: PlatformFile;
}

/** Its files: configuration, data sources, dashboards, and the password as a secret. */
export function grafanaFiles(
  settings: GrafanaSettings,
  { password, salt }: GrafanaSecrets,
): GrafanaFiles {
  const texts: Readonly<Record<string, string>> = {
    "grafana.ini": grafanaConfiguration(settings),
    "start.sh": startScript(),
    "sources.yml": clusterSources(settings, {
      prometheus: `http://${hosts.prometheus}:${ports.prometheus}`,
      alertmanager: `http://${hosts.alertmanager}:${ports.alertmanager}`,
      store: loggingHosts.node,
    }),
    "providers.yml": providersFile(),
    ...dashboardFiles(settings.dashboards),
  };
  return {
    configs: Object.entries(texts).map(([key, text]) => platformFile(namespace, key, text)),
    password: platformFile(namespace, passwordKey, password, secretHash(salt, password)),
  };
}

/** Ids in the Swarm of what the service refers to; outputs of other resources, or the ids themselves. */
export interface GrafanaIds<Id> {
  /** Network of monitoring's own parts. */
  readonly monitoring: Id;
  /** Network over which the ingress reaches it, or its name. */
  readonly ingress: Id | string;
  /** Network of the store of logs; present where dashboards show its lines. */
  readonly logging?: Id;
  readonly files: FileIds<Id>;
}

/** The service. @param routes how the cluster's ingress takes routes */
export function grafanaService<Id>(
  { host, node, image: own, mirror, dashboards }: GrafanaSettings,
  routes: RouteSettings,
  { monitoring, ingress, logging, files }: GrafanaIds<Id>,
): ServicePlan {
  const image = imageName(grafanaImages.grafana, { own, mirror });
  const rule = grafanaRoute(host);
  const toIt = routeLabels(serviceName, [rule], routes);
  const { Limits, Reservations } = memory(needs.memory);
  const user = String(userId);
  const configs = configPaths(Object.keys(dashboardFiles(dashboards)));
  return {
    name: serviceName,
    spec: {
      ...service(namespace, image, {
        labels: { ...toIt, ...monitoringLabels({}, routeNames(toIt)), ...probeLabels([rule]) },
        mode: { Replicated: { Replicas: 1 } },
      }),
      TaskTemplate: {
        ContainerSpec: {
          ...container(namespace, image),
          Command: ["sh", paths.start],
          Env: [heapLimit(needs.memory)],
          User: `${user}:${user}`,
          Healthcheck: {
            Test: ["CMD", "wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${port}${healthPath}`],
            Interval: 10 * second,
            Timeout: 5 * second,
            // Its database is made, or brought to this version, first.
            StartPeriod: 120 * second,
            Retries: 4,
          },
          Configs: Object.entries(configs).map(([key, target]) =>
            mounted(files, key, target, user),
          ),
          Secrets: [passwordKey, ...(hasLines(dashboards) ? Object.values(linesFiles) : [])].map(
            (key) => secret(files, key, user),
          ),
          Mounts: [
            { Type: "volume", Source: volume, Target: paths.data },
            {
              Type: "tmpfs",
              Target: "/tmp",
              TmpfsOptions: { SizeBytes: 64 * 2 ** 20, Mode: 0o1777 },
            },
          ],
        },
        Resources: { Limits: { ...Limits, NanoCPUs: needs.cpus * 1e9 }, Reservations },
        RestartPolicy: { Condition: "any", Delay: 5 * second },
        // Where data is, the task is.
        ...placement(onMachine(node)),
        Networks: [monitoring, ingress, ...(logging === undefined ? [] : [logging])].map((id) => ({
          Target: id,
        })),
      },
      EndpointSpec: { Mode: "dnsrr" },
    },
  };
}
