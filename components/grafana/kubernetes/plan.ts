import path from "node:path";
import { ingressObjects, type RoutedService } from "../../ingress/kubernetes/ingressObjects";
import { ingressPeers, type KubernetesRoutes } from "../../ingress/kubernetes/routes";
import {
  clusterPod,
  configMap,
  confined,
  namespaceObject,
  partLabels,
  platformResources,
  secretObject,
  selector,
  serviceAccount,
  type SecretObject,
} from "../../kubernetes/addons/parts";
import { statefulPod } from "../../kubernetes/addons/stateful";
import { toClusterDns } from "../../kubernetes/dns";
import type { Manifest } from "../../kubernetes/object";
import type { Objects } from "../../kubernetes/objects";
import {
  namespace as loggingNamespace,
  parts as loggingParts,
} from "../../logging/kubernetes/names";
import { hosts as loggingHosts, ports as loggingPorts } from "../../logging/names";
import { monitoringLabels } from "../../monitoring/applicationLabels";
import {
  namespace as monitoringNamespace,
  parts as monitoringParts,
  probePathAnnotation,
} from "../../monitoring/kubernetes/names";
import { ports } from "../../monitoring/names";
import { imageName } from "../../platform/images";
import { grafanaConfiguration, startScript } from "../config";
import { grafanaImages } from "../images";
import { healthPath, linesSource, needs, paths, port, userId } from "../names";
import { clusterSources, hasLines, linesFiles } from "../lines";
import { dashboardFiles, providersFile } from "../provisioning";
import { grafanaRoute } from "../route";
import type { GrafanaSecrets, GrafanaSettings, LinesSecrets } from "../settings";
import { grafana, namespace } from "./names";

export interface KubernetesGrafanaSettings extends GrafanaSettings {
  readonly secrets: GrafanaSecrets;
  /** How Ingresses reach the cluster's ingress. */
  readonly routes: KubernetesRoutes;
  /** Storage class of the claim. Default: the cluster's. */
  readonly storageClass?: string;
}

/** Accounts, preferences, and dashboards that people have made are small. */
const size = "1024Mi";
const folder = path.posix.dirname(paths.configuration);
const passwordFile = path.posix.basename(paths.password);

/** Where keys of the ConfigMap are, below the folder of the configuration. */
const items = {
  "grafana.ini": paths.configuration,
  "start.sh": paths.start,
  "sources.yml": paths.sources,
  "providers.yml": paths.providers,
} as const;

/** Its namespace, which all the rest is in. */
export function namespaceOf(): Manifest {
  return namespaceObject(namespace, grafana, "restricted");
}

/** What it wants to read lines with, as a Secret that is named by its content. */
export function linesSecret(
  { password, authority }: Readonly<Record<keyof LinesSecrets, string>>,
  salt: string,
): SecretObject {
  const data = { [linesFiles.password]: password, [linesFiles.authority]: authority };
  return secretObject(linesSource, namespace, grafana, data, salt);
}

/**
 * Grafana as Kubernetes objects, but for its namespace.
 *
 * @param linesSecretName name of that Secret, or an output that is; present where dashboards show lines
 */
export function grafanaObjects(
  settings: KubernetesGrafanaSettings,
  linesSecretName?: unknown,
): Objects {
  const { host, secrets, routes } = settings;
  const inMonitoring = (part: string) => `http://${part}.${monitoringNamespace}.svc`;
  const texts: Readonly<Record<keyof typeof items, string>> = {
    "grafana.ini": grafanaConfiguration(settings),
    "start.sh": startScript(),
    "sources.yml": clusterSources(settings, {
      prometheus: `${inMonitoring(monitoringParts.prometheus)}:${ports.prometheus}`,
      alertmanager: `${inMonitoring(monitoringParts.alertmanager)}:${ports.alertmanager}`,
      store: `${loggingHosts.node}.${loggingNamespace}.svc`,
    }),
    "providers.yml": providersFile(),
  };
  const configuration = configMap(grafana, namespace, grafana, texts);
  const files = dashboardFiles(settings.dashboards);
  const dashboards = configMap("dashboards", namespace, grafana, files);
  const password = secretObject(
    "admin-password",
    namespace,
    grafana,
    { [passwordFile]: secrets.password },
    secrets.salt,
  );
  return {
    account: serviceAccount(grafana, namespace),
    configuration,
    dashboards,
    password,
    service: {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: grafana,
        namespace,
        labels: partLabels(grafana),
        // Its pod comes after it: nobody waits for its address.
        annotations: { "pulumi.com/skipAwait": "true" },
      },
      spec: {
        // There is one pod behind it, and nothing to balance.
        clusterIP: "None",
        selector: selector(grafana),
        ports: [{ name: "http", port, protocol: "TCP", targetPort: "http" }],
      },
    },
    policy: policy(settings),
    ...ingresses(routes, {
      name: grafana,
      namespace,
      labels: partLabels(grafana),
      annotations: () => ({
        ...monitoringLabels({}, [`${namespace}-${grafana}-${port}@kubernetes`]),
        [probePathAnnotation]: healthPath,
      }),
      service: grafana,
      rules: [grafanaRoute(host)],
    }),
    grafana: workload(settings, {
      configuration: configuration.metadata.name,
      dashboards: dashboards.metadata.name,
      dashboardNames: Object.keys(files),
      secrets: [
        password.metadata.name,
        ...(hasLines(settings.dashboards) ? [linesSecretName] : []),
      ],
    }),
  };
}

function ingresses(routes: KubernetesRoutes, routed: RoutedService): Objects {
  return Object.fromEntries(
    ingressObjects(routes, routed).map(([kind, object]) => [`ingress-${kind}`, object]),
  );
}

/** In comes the ingress; out it asks Prometheus, Alertmanager and the store of logs, and the cluster's DNS where they are. */
function policy({ routes, dashboards }: KubernetesGrafanaSettings): Manifest {
  const inNamespace = (name: string, podLabels: object) => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    podSelector: { matchLabels: podLabels },
  });
  const tcp = (number: number) => [{ protocol: "TCP", port: number }];
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: grafana, namespace, labels: partLabels(grafana) },
    spec: {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ ...ingressPeers(routes), ports: tcp(port) }],
      egress: [
        ...[monitoringParts.prometheus, monitoringParts.alertmanager].map((part) => ({
          to: [inNamespace(monitoringNamespace, selector(part))],
          ports: tcp(ports[part]),
        })),
        ...(hasLines(dashboards)
          ? [
              {
                to: [inNamespace(loggingNamespace, selector(loggingParts.store))],
                ports: tcp(loggingPorts.store),
              },
            ]
          : []),
        toClusterDns,
      ],
    },
  };
}

function workload(
  { image: own, mirror, node, storageClass }: KubernetesGrafanaSettings,
  names: {
    readonly configuration: string;
    readonly dashboards: string;
    readonly dashboardNames: readonly string[];
    /** With its password first. */
    readonly secrets: readonly unknown[];
  },
): Manifest {
  const asks = { httpGet: { path: healthPath, port: "http" }, periodSeconds: 10 };
  const below = (target: string) => path.posix.relative(folder, target);
  return statefulPod(
    {
      ...clusterPod(grafana),
      automountServiceAccountToken: false,
      securityContext: { fsGroup: userId, fsGroupChangePolicy: "OnRootMismatch" },
      containers: [
        {
          name: grafana,
          image: imageName(grafanaImages.grafana, { own, mirror }),
          imagePullPolicy: "IfNotPresent",
          command: ["sh", paths.start],
          env: [{ name: "GOMEMLIMIT", value: `${Math.floor(needs.memory.limit * 0.9)}MiB` }],
          ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
          resources: platformResources(needs),
          securityContext: { ...confined, runAsUser: userId, runAsGroup: userId },
          // Its database is made, or brought to this version, first.
          startupProbe: { ...asks, failureThreshold: 18 },
          readinessProbe: { ...asks, failureThreshold: 3 },
          // Whether the process is alive, however busy it is.
          livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 10, failureThreshold: 6 },
          volumeMounts: [
            { name: "configuration", mountPath: folder, readOnly: true },
            { name: "password", mountPath: path.posix.dirname(paths.password), readOnly: true },
            { name: "data", mountPath: paths.data },
            { name: "tmp", mountPath: "/tmp" },
          ],
        },
      ],
      volumes: [
        {
          name: "configuration",
          projected: {
            defaultMode: 0o440,
            sources: [
              {
                configMap: {
                  name: names.configuration,
                  items: Object.entries(items).map(([key, target]) => ({
                    key,
                    path: below(target),
                  })),
                },
              },
              {
                configMap: {
                  name: names.dashboards,
                  items: names.dashboardNames.map((key) => ({
                    key,
                    path: `${below(paths.dashboards)}/${key}`,
                  })),
                },
              },
            ],
          },
        },
        { name: "password", ...secretVolume(names.secrets) },
        { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
      ],
    },
    { name: grafana, namespace, node, claim: { size, storageClass } },
  );
}

/** One folder with what is in Secrets. @param names of them; outputs, or what they are */
function secretVolume(names: readonly unknown[]): object {
  const [only, ...others] = names;
  if (others.length === 0) return { secret: { secretName: only, defaultMode: 0o440 } };
  return {
    projected: { defaultMode: 0o440, sources: names.map((name) => ({ secret: { name } })) },
  };
}
