import {
  binding,
  clusterPod,
  confined,
  namespaceObject,
  partLabels,
  platformResources,
  role,
  secretObject,
  selector,
  serviceAccount,
  type SecretObject,
} from "../../kubernetes/addons/parts";
import { podOnEveryNode } from "../../kubernetes/addons/everyNode";
import { movingPod } from "../../kubernetes/addons/movingPod";
import { statefulPod } from "../../kubernetes/addons/stateful";
import { toClusterDns } from "../../kubernetes/dns";
import type { Manifest } from "../../kubernetes/object";
import type { Objects } from "../../kubernetes/objects";
import { haproxyImage, imageName } from "../../platform/images";
import {
  collectorArguments,
  collectorEnvironment,
  collectorPaths,
  collectorPorts,
} from "../collectorConfig";
import { collectorNeeds } from "../collector";
import {
  filesOf,
  keys,
  programsOf,
  type FilePlaces,
  type FileSettings,
  type Program,
} from "../files";
import { gatewayMetricsPort } from "../gatewayConfig";
import { loggingImages } from "../images";
import { hosts, ports, stateFolder, storeUrl } from "../names";
import { gatewayNeeds, keeperNeeds, storeNeeds } from "../needs";
import { healthCommand, storeEnvironment } from "../store/config";
import { dashboardsNeeds, dashboardsPaths } from "../store/dashboards";
import { pathOf, paths, user as storeUser } from "../store/paths";
import { gatewayPort, namespace, parts } from "./names";

export interface KubernetesLoggingSettings extends FileSettings {
  /** Registry prefix under which the site mirrors images. */
  readonly mirror?: string;
  /** CPUs of the machine that the store runs on, or of the smallest: where it is a container itself, as in the lab, no limit may be above it. */
  readonly cpus: number;
  /** Namespace whose pods may read metrics; absent where the cluster has no monitoring. */
  readonly monitoringNamespace?: string;
  /** Namespace whose pods may read lines; absent where the cluster has no Grafana. */
  readonly grafanaNamespace?: string;
}

/** Folder with the files of a program. */
const filesFolder = "/etc/slipway";

/** Where files and programs find each other. */
export const places: FilePlaces = {
  path: (key) => `${filesFolder}/${key}`,
  node: "127.0.0.1",
  gatewayPort,
};

/** The workload that the store is asked through. */
export const storeWorkload = `statefulset/${parts.store}`;

/** What outlives logging, as lines do: its namespace. The claim of a StatefulSet stays by itself. */
export function namespaceOf(): Manifest {
  // Files of the machine are what no lower level lets collectors have.
  return namespaceObject(namespace, "logging", "privileged");
}

/** A program's files as a Secret, named by its content: with another content its pods are made anew. */
export function filesSecret(
  program: Program,
  settings: FileSettings,
  texts: Readonly<Record<string, string>>,
  salt: string,
): SecretObject {
  const own = filesOf(program, settings).map((key) => [key, texts[key] ?? ""] as const);
  return secretObject(program, namespace, "logging", Object.fromEntries(own), salt);
}

/** Names of the Secrets by program; outputs, or what they are. */
export type SecretNames = Readonly<Partial<Record<Program, unknown>>>;

/** What is there before any pod. */
export function loggingBase({
  spec,
  monitoringNamespace,
  grafanaNamespace,
}: KubernetesLoggingSettings): Objects {
  const own = spec.external === undefined;
  const there = programsOf(spec);
  const accounts = [
    parts.collector,
    ...(own ? [parts.store] : there.includes("gateway") ? [parts.gateway] : []),
    ...(there.includes("dashboards") ? [parts.dashboards] : []),
  ];
  const gateway = own ? parts.store : parts.gateway;
  return {
    ...Object.fromEntries(
      accounts.map((part) => [`${part}-account`, serviceAccount(part, namespace)]),
    ),
    "collector-role": role(`${namespace}-collector`, parts.collector, [
      {
        apiGroups: [""],
        resources: ["pods", "namespaces", "nodes"],
        verbs: ["get", "list", "watch"],
      },
    ]),
    "collector-binding": binding({
      name: `${namespace}-collector`,
      part: parts.collector,
      role: { kind: "ClusterRole", name: `${namespace}-collector` },
      subject: { kind: "ServiceAccount", name: parts.collector, namespace },
    }),
    ...(there.includes("gateway") && {
      "gateway-service": serviceOf(hosts.store, gateway, ports.store, "gateway"),
    }),
    ...(own && {
      "store-service": serviceOf(hosts.node, parts.store, ports.store, "store", {
        // There is one pod behind it, and nothing to balance.
        clusterIP: "None",
      }),
    }),
    ...(there.includes("dashboards") && {
      "dashboards-service": serviceOf(
        parts.dashboards,
        parts.dashboards,
        ports.dashboards,
        "dashboards",
      ),
    }),
    "default-policy": policy("default-deny", {
      podSelector: {},
      policyTypes: ["Ingress"],
    }),
    "inside-policy": policy("inside", {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: {} }] }],
    }),
    ...(own && {
      // All that it asks is in its pod.
      "store-policy": policy("store", {
        podSelector: { matchLabels: selector(parts.store) },
        policyTypes: ["Egress"],
      }),
    }),
    ...(there.includes("dashboards") && {
      "dashboards-policy": policy("dashboards", {
        podSelector: { matchLabels: selector(parts.dashboards) },
        policyTypes: ["Egress"],
        egress: [
          {
            to: [{ podSelector: { matchLabels: selector(parts.store) } }],
            ports: [{ protocol: "TCP", port: ports.store }],
          },
          toClusterDns,
        ],
      }),
    }),
    ...(grafanaNamespace !== undefined &&
      own && {
        "grafana-policy": policy("grafana", {
          podSelector: { matchLabels: selector(parts.store) },
          policyTypes: ["Ingress"],
          ingress: [
            { from: podsIn(grafanaNamespace), ports: [{ protocol: "TCP", port: ports.store }] },
          ],
        }),
      }),
    ...(monitoringNamespace !== undefined && {
      "monitoring-policy": policy("monitoring", {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [
          {
            from: podsIn(monitoringNamespace),
            ports: [
              collectorPorts.metrics,
              ...(there.includes("gateway") ? [gatewayMetricsPort] : []),
              ports.store,
            ].map((port) => ({ protocol: "TCP", port })),
          },
        ],
      }),
    }),
  };
}

/** The store, which is told what to do before anybody sends it a line. */
export function storeObjects(settings: KubernetesLoggingSettings, secrets: SecretNames): Objects {
  return settings.spec.external === undefined ? { store: store(settings, secrets) } : {};
}

/** All else that has pods. */
export function senders(settings: KubernetesLoggingSettings, secrets: SecretNames): Objects {
  const there = programsOf(settings.spec);
  return {
    collector: collector(settings, secrets),
    ...(there.includes("gateway") &&
      settings.spec.external !== undefined && { gateway: gatewayAlone(settings, secrets) }),
    ...(there.includes("dashboards") && { dashboards: dashboards(settings, secrets) }),
  };
}

function serviceOf(
  name: string,
  part: string,
  port: number,
  targetPort: string,
  more: object = {},
): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name,
      namespace,
      labels: partLabels(part),
      // Its pods come after it: nobody waits for their addresses.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      ...more,
      selector: selector(part),
      ports: [{ name: "https", port, protocol: "TCP", targetPort }],
    },
  };
}

/** All pods of a namespace, as a policy has them. */
function podsIn(name: string): readonly object[] {
  return [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } }];
}

function policy(name: string, spec: object): Manifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace, labels: partLabels("logging") },
    spec,
  };
}

function imageOf(
  { spec, mirror }: KubernetesLoggingSettings,
  program: keyof typeof loggingImages,
): string {
  return imageName(loggingImages[program], { own: spec.images[program], mirror });
}

const variables = (environment: Readonly<Record<string, string>>) =>
  Object.entries(environment).map(([name, value]) => ({ name, value }));

const mount = (name: string, mountPath: string, more: object = { readOnly: true }) => ({
  name,
  mountPath,
  ...more,
});

/** The files of a program as a volume of its pod. */
function filesVolume(program: Program, settings: FileSettings, secrets: SecretNames): object {
  return {
    name: `${program}-files`,
    secret: {
      secretName: secrets[program],
      defaultMode: 0o440,
      items: filesOf(program, settings).map((key) => ({ key, path: key })),
    },
  };
}

/** A program that is nobody, and has nothing to write to. */
const asNobody = (uid: number) => ({ ...confined, runAsUser: uid, runAsGroup: uid });

/** Of OpenSearch's programs: Java unpacks into folders beside them, and the keystore is made at the first start. */
const withFolders = { ...asNobody(storeUser), readOnlyRootFilesystem: false };

/** HAProxy's own user in its image. */
const haproxyUser = 99;

function gatewayContainer(settings: KubernetesLoggingSettings): object {
  return {
    name: "gateway",
    image: imageName(haproxyImage, { mirror: settings.mirror }),
    imagePullPolicy: "IfNotPresent",
    command: ["haproxy", "-db", "-f", places.path(keys.gateway)],
    ports: [
      { name: "gateway", containerPort: gatewayPort, protocol: "TCP" },
      { name: "gateway-metrics", containerPort: gatewayMetricsPort, protocol: "TCP" },
    ],
    resources: platformResources(gatewayNeeds),
    securityContext: asNobody(haproxyUser),
    readinessProbe: { tcpSocket: { port: "gateway" }, periodSeconds: 5 },
    livenessProbe: { tcpSocket: { port: "gateway" }, periodSeconds: 10, failureThreshold: 6 },
    volumeMounts: [mount("gateway-files", filesFolder)],
  };
}

/** One pod with the lines: OpenSearch, the gateway before it, and what enforces the retention. Never two at a time. */
function store(settings: KubernetesLoggingSettings, secrets: SecretNames): Manifest {
  const { spec } = settings;
  const { storage, memoryMiB } = spec;
  const answers = { exec: { command: ["sh", "-c", healthCommand(storeUrl)] }, timeoutSeconds: 10 };
  return statefulPod(
    {
      ...clusterPod(parts.store),
      automountServiceAccountToken: false,
      // What it has in memory goes to disk.
      terminationGracePeriodSeconds: 60,
      securityContext: { fsGroup: storeUser, fsGroupChangePolicy: "OnRootMismatch" },
      containers: [
        {
          name: "store",
          image: imageOf(settings, "store"),
          imagePullPolicy: "IfNotPresent",
          command: [paths.entryPoint, "opensearch"],
          env: variables(storeEnvironment(memoryMiB)),
          ports: [{ name: "store", containerPort: ports.store, protocol: "TCP" }],
          resources: platformResources(storeNeeds(memoryMiB, settings.cpus)),
          securityContext: withFolders,
          // What was not written to disk is read again first.
          startupProbe: { ...answers, periodSeconds: 5, failureThreshold: 60 },
          readinessProbe: { ...answers, periodSeconds: 10 },
          livenessProbe: {
            tcpSocket: { port: "store" },
            periodSeconds: 10,
            failureThreshold: 6,
          },
          volumeMounts: [
            mount("data", paths.data, {}),
            ...filesOf("store", settings).map((key) =>
              mount("store-files", pathOf(key), { subPath: key, readOnly: true }),
            ),
          ],
        },
        gatewayContainer(settings),
        {
          name: "keeper",
          image: imageOf(settings, "store"),
          imagePullPolicy: "IfNotPresent",
          command: ["sh", places.path(keys.keeper)],
          resources: platformResources(keeperNeeds),
          securityContext: asNobody(storeUser),
          volumeMounts: [mount("keeper-files", filesFolder), mount("tmp", "/tmp", {})],
        },
      ],
      volumes: [
        filesVolume("store", settings, secrets),
        filesVolume("gateway", settings, secrets),
        filesVolume("keeper", settings, secrets),
        { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
      ],
    },
    {
      name: parts.store,
      namespace,
      serviceName: hosts.node,
      node: storage?.node,
      claim: { size: `${storage?.sizeGiB ?? 0}Gi`, storageClass: storage?.storageClass },
    },
  );
}

/** A pod that asks nobody of the API server. */
function deployment(part: string, pod: object): Manifest {
  return movingPod({ automountServiceAccountToken: false, ...pod }, { name: part, namespace });
}

function gatewayAlone(settings: KubernetesLoggingSettings, secrets: SecretNames): Manifest {
  return deployment(parts.gateway, {
    securityContext: { fsGroup: haproxyUser },
    containers: [gatewayContainer(settings)],
    volumes: [filesVolume("gateway", settings, secrets)],
  });
}

function dashboards(settings: KubernetesLoggingSettings, secrets: SecretNames): Manifest {
  return deployment(parts.dashboards, {
    securityContext: { fsGroup: storeUser },
    containers: [
      {
        name: parts.dashboards,
        image: imageOf(settings, "dashboards"),
        imagePullPolicy: "IfNotPresent",
        command: [dashboardsPaths.command],
        ports: [{ name: "dashboards", containerPort: ports.dashboards, protocol: "TCP" }],
        resources: platformResources(dashboardsNeeds),
        securityContext: withFolders,
        readinessProbe: {
          tcpSocket: { port: "dashboards" },
          initialDelaySeconds: 20,
          periodSeconds: 10,
        },
        // A first start takes its time.
        livenessProbe: {
          tcpSocket: { port: "dashboards" },
          initialDelaySeconds: 180,
          periodSeconds: 10,
          failureThreshold: 6,
        },
        volumeMounts: [
          mount("dashboards-files", filesFolder),
          mount("dashboards-files", dashboardsPaths.settings, {
            subPath: keys.dashboards,
            readOnly: true,
          }),
        ],
      },
    ],
    volumes: [filesVolume("dashboards", settings, secrets)],
  });
}

/** One on every node, whatever its taints. */
function collector(settings: KubernetesLoggingSettings, secrets: SecretNames): Manifest {
  const { system } = settings.spec;
  const part = parts.collector;
  const environment = collectorEnvironment("", { memoryMiB: collectorNeeds.memory.limit });
  return podOnEveryNode(
    {
      // Whatever it has not sent is on the disk, and who ends by himself gives up what waits.
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: part,
          image: imageOf(settings, "collector"),
          imagePullPolicy: "IfNotPresent",
          args: [...collectorArguments],
          env: Object.entries(environment).map(([name, value]) =>
            name === "NODE_NAME"
              ? { name, valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }
              : { name, value },
          ),
          ports: [
            { name: "metrics", containerPort: collectorPorts.metrics, protocol: "TCP" },
            { name: "health", containerPort: collectorPorts.health, protocol: "TCP" },
          ],
          resources: platformResources(collectorNeeds),
          // Root: the files that it reads are root's. The journal is read by the machine's own program, in its root.
          securityContext: {
            ...asNobody(0),
            runAsNonRoot: false,
            capabilities: { drop: ["ALL"], ...(system && { add: ["SYS_CHROOT"] }) },
          },
          readinessProbe: { httpGet: { path: "/", port: "health" }, periodSeconds: 10 },
          livenessProbe: {
            httpGet: { path: "/", port: "health" },
            periodSeconds: 10,
            failureThreshold: 6,
          },
          volumeMounts: [
            mount("collector-files", filesFolder),
            mount("collector-files", collectorPaths.config, {
              subPath: keys.collector,
              readOnly: true,
            }),
            mount("logs", collectorPaths.podLogs),
            mount("state", collectorPaths.data, {}),
            ...(system
              ? [
                  mount("machine", collectorPaths.host, {
                    readOnly: true,
                    mountPropagation: "HostToContainer",
                  }),
                ]
              : []),
          ],
        },
      ],
      volumes: [
        filesVolume("collector", settings, secrets),
        { name: "logs", hostPath: { path: collectorPaths.podLogs } },
        { name: "state", hostPath: { path: stateFolder, type: "DirectoryOrCreate" } },
        ...(system ? [{ name: "machine", hostPath: { path: "/" } }] : []),
      ],
    },
    { name: part, namespace, token: true },
  );
}
