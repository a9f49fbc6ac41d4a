import path from "node:path";
import {
  binding,
  clusterPod,
  configMap,
  confined,
  namespaceObject,
  partLabels,
  platformResources,
  role,
  secretObject,
  selector,
  serviceAccount,
} from "../../kubernetes/addons/parts";
import { podOnEveryNode } from "../../kubernetes/addons/everyNode";
import { movingPod } from "../../kubernetes/addons/movingPod";
import { statefulPod } from "../../kubernetes/addons/stateful";
import { grafana, namespace as grafanaNamespace } from "../../grafana/kubernetes/names";
import type { Manifest } from "../../kubernetes/object";
import type { Objects } from "../../kubernetes/objects";
import { imageName } from "../../platform/images";
import type { MonitoringSpec } from "../../spec";
import { alertmanagerConfiguration } from "../alertmanagerConfig";
import { alertmanagerArguments, needs, prometheusArguments, prometheusNeeds } from "../arguments";
import { blackboxConfiguration } from "../blackboxConfig";
import { remoteWriteUrl } from "../external";
import { monitoringImages } from "../images";
import { paths, ports, textfileFolder, trustOfSite } from "../names";
import { hostRoot, nodeExporterArguments, textfileMount } from "../nodeExporter";
import { prometheusConfiguration } from "../prometheusConfig";
import { rulesFile } from "../rules";
import type { LoggingTargets } from "../scrape/logging";
import { kubernetesScrapes } from "../scrape/kubernetes";
import type { FileSecrets } from "../secrets";
import { kubernetesStateConfiguration } from "../state/kubernetes";
import { namespace, parts } from "./names";

export interface KubernetesMonitoringSettings {
  /** Name of the cluster. */
  readonly clusterName: string;
  readonly spec: MonitoringSpec;
  /** Registry prefix under which the site mirrors images. */
  readonly mirror?: string;
  /** How many machines the cluster has. */
  readonly machines: number;
  /** Slipway's own ingress is there. */
  readonly ingress: boolean;
  /** URL at which the cluster's registry answers; absent where it has none. */
  readonly registry?: string;
  /** What the cluster's logging has; absent where there is none. */
  readonly logging?: LoggingTargets;
  /** The registry is Slipway's own. */
  readonly ownRegistry: boolean;
  /** PEM of authorities that the site's Prometheus may be signed by. */
  readonly caCertificates: readonly string[];
  readonly secrets: FileSecrets;
}

type Part = (typeof parts)[keyof typeof parts];
type Program = keyof typeof monitoringImages & keyof MonitoringSpec["images"];

const read = ["get", "list", "watch"];
const passwordFile = "password";

/** Where Secrets are mounted. */
const secretFolders = {
  alertmanager: path.posix.dirname(paths.alertmanager),
  password: path.posix.dirname(paths.password),
} as const;

/** Monitoring as Kubernetes objects. */
export function monitoringObjects(
  settings: KubernetesMonitoringSettings,
): Objects & { readonly namespace: Manifest } {
  const { spec } = settings;
  const own = spec.external === undefined;
  const configuration = prometheusFiles(settings);
  const rules = own ? ruleFiles(spec) : undefined;
  const blackbox = configMap(parts.blackboxExporter, namespace, parts.blackboxExporter, {
    [path.basename(paths.blackbox)]: blackboxConfiguration(),
  });
  const state = configMap(parts.jsonExporter, namespace, parts.jsonExporter, {
    [path.basename(paths.json)]: kubernetesStateConfiguration(),
  });
  const authorities = authoritiesFile(settings);
  const alerts = own ? alertmanagerSecret(settings) : undefined;
  const password = passwordSecret(settings);
  return {
    // Root of its machine, for reading, is what no lower level lets node-exporter have.
    namespace: namespaceObject(namespace, "monitoring", "privileged"),
    ...account(parts.prometheus, prometheusRules),
    ...account(parts.jsonExporter, stateRules),
    ...Object.fromEntries(
      [parts.nodeExporter, parts.blackboxExporter, ...(own ? [parts.alertmanager] : [])].map(
        (part) => [`${part}-account`, serviceAccount(part, namespace)],
      ),
    ),
    "prometheus-configuration": configuration,
    ...(rules !== undefined && { "prometheus-rules": rules }),
    ...(password !== undefined && { "prometheus-password": password }),
    ...(authorities !== undefined && { authorities }),
    "blackbox-configuration": blackbox,
    "state-configuration": state,
    ...(alerts !== undefined && {
      "alertmanager-configuration": alerts,
      "alertmanager-service": ownService(parts.alertmanager, ports.alertmanager),
      alertmanager: alertmanager(settings, {
        configuration: alerts.metadata.name,
        authorities: authorities?.metadata.name,
      }),
    }),
    "prometheus-service": ownService(parts.prometheus, ports.prometheus),
    "blackbox-service": ownService(parts.blackboxExporter, ports.blackboxExporter),
    "state-service": ownService(parts.jsonExporter, ports.jsonExporter),
    "default-policy": policy("default-deny", {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    }),
    // All but node-exporter ask somebody, some of them anywhere.
    "outside-policy": policy("outside", {
      podSelector: {
        matchExpressions: [
          { key: "app.kubernetes.io/name", operator: "NotIn", values: [parts.nodeExporter] },
        ],
      },
      policyTypes: ["Egress"],
      egress: [{}],
    }),
    "inside-policy": policy("inside", {
      podSelector: {},
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: {} }] }],
    }),
    ...(spec.grafana?.enabled === true && { "grafana-policy": grafanaPolicy() }),
    "node-exporter": nodeExporter(settings),
    "blackbox-exporter": exporter(settings, parts.blackboxExporter, "blackboxExporter", {
      command: ["/bin/blackbox_exporter", `--config.file=${paths.blackbox}`],
      port: ports.blackboxExporter,
      configuration: blackbox.metadata.name,
      folder: path.posix.dirname(paths.blackbox),
      health: "/-/healthy",
    }),
    "json-exporter": exporter(settings, parts.jsonExporter, "jsonExporter", {
      command: ["/bin/json_exporter", `--config.file=${paths.json}`],
      port: ports.jsonExporter,
      configuration: state.metadata.name,
      folder: path.posix.dirname(paths.json),
      health: "/metrics",
      token: true,
    }),
    prometheus: prometheus(settings, {
      configuration: configuration.metadata.name,
      rules: rules?.metadata.name,
      password: password?.metadata.name,
      // With an Alertmanager beside it, it asks nobody but the cluster.
      ...(!own && { authorities: authorities?.metadata.name }),
    }),
  };
}

interface Right {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** What Prometheus finds its targets by, and what it reads of the cluster's own. */
const prometheusRules: readonly Right[] = [
  {
    apiGroups: [""],
    resources: ["nodes", "pods", "services", "endpoints"],
    verbs: read,
  },
  { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: read },
];

/** What json-exporter counts. */
const stateRules: readonly Right[] = [
  { apiGroups: [""], resources: ["nodes", "events"], verbs: ["list"] },
  {
    apiGroups: ["apps"],
    resources: ["deployments", "statefulsets", "daemonsets"],
    verbs: ["list"],
  },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: ["list"] },
];

/** A service account with a role of the whole cluster, for reading. */
function account(part: Part, rules: readonly Right[]): Objects {
  const name = `${namespace}-${part}`;
  const made = role(name, part, rules);
  const readsMetrics = part === parts.prometheus;
  return {
    [`${part}-account`]: serviceAccount(part, namespace),
    [`${part}-role`]: {
      ...made,
      ...(readsMetrics && {
        rules: [...rules, { nonResourceURLs: ["/metrics"], verbs: ["get"] }],
      }),
    },
    [`${part}-binding`]: binding({
      name,
      part,
      role: { kind: "ClusterRole", name },
      subject: { kind: "ServiceAccount", name: part, namespace },
    }),
  };
}

function prometheusFiles({
  clusterName,
  spec,
  ingress,
  registry,
  logging,
  ownRegistry,
}: KubernetesMonitoringSettings): Manifest {
  const { external } = spec;
  return configMap(parts.prometheus, namespace, parts.prometheus, {
    [path.basename(paths.prometheus)]: prometheusConfiguration({
      cluster: clusterName,
      scrapes: kubernetesScrapes({
        ingress,
        registry,
        logging,
        ownRegistry,
        through: spec.probes.through,
        alerts: external === undefined,
      }),
      ...(external === undefined
        ? { alertmanager: `${parts.alertmanager}:${ports.alertmanager}` }
        : {
            remoteWrite: {
              url: remoteWriteUrl(external),
              user: external.user,
            },
          }),
    }),
  });
}

/** The site's authorities, for who asks its mail server, its webhooks or its Prometheus. */
function authoritiesFile({ caCertificates }: KubernetesMonitoringSettings): Manifest | undefined {
  if (caCertificates.length === 0) return undefined;
  return configMap("authorities", namespace, "monitoring", {
    [path.basename(paths.authorities)]: caCertificates.join("\n"),
  });
}

/** What a program needs to trust them. @param name of their object; absent where there are none. */
function trustOf(name: string | undefined) {
  if (name === undefined) return { env: [], mounts: [], volumes: [] };
  return {
    env: [trustOfSite],
    mounts: [{ name: "authorities", mountPath: trustOfSite.value, readOnly: true }],
    volumes: [{ name: "authorities", configMap: { name } }],
  };
}

function ruleFiles({ disabledAlerts, runbooks, rules }: MonitoringSpec): Manifest {
  return configMap("prometheus-rules", namespace, parts.prometheus, {
    "slipway.yml": rulesFile({ orchestrator: "kubernetes", disabled: disabledAlerts, runbooks }),
    ...Object.fromEntries(rules.map(({ path: name, text }) => [path.basename(name), text])),
  });
}

function alertmanagerSecret({ spec, secrets }: KubernetesMonitoringSettings): Manifest {
  const text = alertmanagerConfiguration(spec, secrets);
  const file = path.basename(paths.alertmanager);
  return secretObject(
    parts.alertmanager,
    namespace,
    parts.alertmanager,
    { [file]: text },
    secrets.salt,
  );
}

function passwordSecret({ secrets, spec }: KubernetesMonitoringSettings): Manifest | undefined {
  if (spec.external?.user === undefined) return undefined;
  const text = secrets.external;
  if (text === undefined) throw new Error("the password of the site's Prometheus is missing");
  const file = path.basename(paths.password);
  return secretObject(
    "prometheus-password",
    namespace,
    parts.prometheus,
    { [file]: text },
    secrets.salt,
  );
}

function ownService(part: Part, port: number): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: part,
      namespace,
      labels: partLabels(part),
      // Its pods come after it: nobody waits for their addresses.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      // There is one pod behind it, and nothing to balance.
      clusterIP: "None",
      selector: selector(part),
      ports: [{ name: "http", port, protocol: "TCP", targetPort: "http" }],
    },
  };
}

function policy(name: string, spec: object): Manifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace, labels: partLabels("monitoring") },
    spec,
  };
}

/** Grafana, in its own namespace, asks Prometheus and Alertmanager. */
function grafanaPolicy(): Manifest {
  const asked = [parts.prometheus, parts.alertmanager] as const;
  return policy("grafana", {
    podSelector: {
      matchExpressions: [{ key: "app.kubernetes.io/name", operator: "In", values: [...asked] }],
    },
    policyTypes: ["Ingress"],
    ingress: [
      {
        from: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": grafanaNamespace } },
            podSelector: { matchLabels: selector(grafana) },
          },
        ],
        ports: asked.map((part) => ({ protocol: "TCP", port: ports[part] })),
      },
    ],
  });
}

interface Limits {
  /** MiB. */
  readonly memory: { readonly limit: number; readonly reserved: number };
  readonly cpus: number;
}

function image({ spec, mirror }: KubernetesMonitoringSettings, program: Program): string {
  return imageName(monitoringImages[program], { own: spec.images[program], mirror });
}

/** What every container of monitoring has. */
function containerOf(
  settings: KubernetesMonitoringSettings,
  part: Part,
  program: Program,
  {
    command,
    port,
    limits,
    env = [],
  }: {
    command: readonly string[];
    port: number;
    limits: Limits;
    env?: readonly object[];
  },
) {
  return {
    name: part,
    image: image(settings, program),
    imagePullPolicy: "IfNotPresent",
    command: [...command],
    env: [{ name: "GOMEMLIMIT", value: `${Math.floor(limits.memory.limit * 0.9)}MiB` }, ...env],
    ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
    resources: platformResources(limits),
    securityContext: confined,
  };
}

function asks(path: string, { period = 10, failures = 3 } = {}) {
  return { httpGet: { path, port: "http" }, periodSeconds: period, failureThreshold: failures };
}

/** Whether the process is alive, however busy it is. */
const listens = { tcpSocket: { port: "http" }, periodSeconds: 10, failureThreshold: 6 } as const;

/**
 * Where Prometheus is: what it asks and tells is there as long as it is itself, whichever other machine is lost. Elsewhere a
 * machine that goes would take along the part that tells of it.
 */
function besidePrometheus(part: Part): object {
  if (part === parts.prometheus) return {};
  const term = {
    labelSelector: { matchLabels: selector(parts.prometheus) },
    topologyKey: "kubernetes.io/hostname",
  };
  return { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } };
}

/** One pod with data, where the file says that its data is. */
function stateful(
  { spec: { storage } }: KubernetesMonitoringSettings,
  part: Part,
  pod: object,
  /** Of its volume, as Kubernetes has it; absent for a pod that brings one itself. */
  size: string | undefined,
): Manifest {
  return statefulPod(
    {
      ...clusterPod(part),
      ...besidePrometheus(part),
      securityContext: { fsGroup: 65534 },
      ...pod,
    },
    {
      name: part,
      namespace,
      node: storage?.node,
      ...(size !== undefined && { claim: { size, storageClass: storage?.storageClass } }),
    },
  );
}

function prometheus(
  settings: KubernetesMonitoringSettings,
  names: {
    readonly configuration: string;
    readonly rules?: string;
    readonly password?: string;
    readonly authorities?: string;
  },
): Manifest {
  const { spec, machines } = settings;
  const trust = trustOf(names.authorities);
  const own = spec.external === undefined;
  const mount = (name: string, mountPath: string) => ({ name, mountPath, readOnly: true });
  const pod = {
    // What it has in memory goes to disk.
    terminationGracePeriodSeconds: 60,
    containers: [
      {
        ...containerOf(settings, parts.prometheus, "prometheus", {
          command: ["/bin/prometheus", ...prometheusArguments(spec)],
          port: ports.prometheus,
          limits: prometheusNeeds(machines),
          env: trust.env,
        }),
        // What was not written to disk is read again first.
        startupProbe: asks("/-/ready", { failures: 60 }),
        readinessProbe: asks("/-/ready"),
        livenessProbe: asks("/-/healthy", { failures: 6 }),
        volumeMounts: [
          mount("configuration", path.posix.dirname(paths.prometheus)),
          ...(names.rules === undefined ? [] : [mount("rules", paths.rules)]),
          ...(names.password === undefined ? [] : [mount(passwordFile, secretFolders.password)]),
          ...trust.mounts,
          { name: "data", mountPath: paths.data },
        ],
      },
    ],
    volumes: [
      { name: "configuration", configMap: { name: names.configuration } },
      ...(names.rules === undefined ? [] : [{ name: "rules", configMap: { name: names.rules } }]),
      ...(names.password === undefined
        ? []
        : [
            {
              name: passwordFile,
              secret: { secretName: names.password, defaultMode: 0o440 },
            },
          ]),
      ...trust.volumes,
      // What is not sent yet: the pod may go anywhere, and begins anew there.
      ...(own ? [] : [{ name: "data", emptyDir: { sizeLimit: "256Mi" } }]),
    ],
  };
  const size = `${(spec.storage?.sizeGiB ?? 0) * 1024}Mi`;
  return stateful(settings, parts.prometheus, pod, own ? size : undefined);
}

/** What Alertmanager remembers is small: silences, and what it has told. */
const alertmanagerSize = "256Mi";

function alertmanager(
  settings: KubernetesMonitoringSettings,
  names: { readonly configuration: string; readonly authorities?: string },
): Manifest {
  const trust = trustOf(names.authorities);
  const pod = {
    automountServiceAccountToken: false,
    containers: [
      {
        ...containerOf(settings, parts.alertmanager, "alertmanager", {
          command: ["/bin/alertmanager", ...alertmanagerArguments(paths.alertmanager)],
          port: ports.alertmanager,
          limits: needs.alertmanager,
          env: trust.env,
        }),
        readinessProbe: asks("/-/ready"),
        livenessProbe: asks("/-/healthy", { failures: 6 }),
        volumeMounts: [
          { name: "configuration", mountPath: secretFolders.alertmanager, readOnly: true },
          ...trust.mounts,
          { name: "data", mountPath: paths.alertmanagerData },
        ],
      },
    ],
    volumes: [
      { name: "configuration", secret: { secretName: names.configuration, defaultMode: 0o440 } },
      ...trust.volumes,
    ],
  };
  return stateful(settings, parts.alertmanager, pod, alertmanagerSize);
}

/** One on every node, whatever its taints. */
function nodeExporter(settings: KubernetesMonitoringSettings): Manifest {
  const part = parts.nodeExporter;
  return podOnEveryNode(
    {
      containers: [
        {
          ...containerOf(settings, part, "nodeExporter", {
            command: ["/bin/node_exporter", ...nodeExporterArguments],
            port: ports.nodeExporter,
            limits: needs.nodeExporter,
          }),
          readinessProbe: asks("/"),
          livenessProbe: listens,
          volumeMounts: [
            {
              name: "machine",
              mountPath: hostRoot,
              readOnly: true,
              // Disks that are mounted later are seen, too.
              mountPropagation: "HostToContainer",
            },
            { name: "metrics", mountPath: textfileMount, readOnly: true },
          ],
        },
      ],
      volumes: [
        { name: "machine", hostPath: { path: "/" } },
        // Whatever is done on the machine finds the folder there.
        { name: "metrics", hostPath: { path: textfileFolder, type: "DirectoryOrCreate" } },
      ],
    },
    { name: part, namespace, token: false },
  );
}

/** An exporter that runs once. */
function exporter(
  settings: KubernetesMonitoringSettings,
  part: Part,
  program: "blackboxExporter" | "jsonExporter",
  {
    command,
    port,
    configuration,
    folder,
    health,
    token = false,
  }: {
    readonly command: readonly string[];
    readonly port: number;
    readonly configuration: string;
    readonly folder: string;
    readonly health: string;
    readonly token?: boolean;
  },
): Manifest {
  return movingPod(
    {
      ...besidePrometheus(part),
      automountServiceAccountToken: token,
      // The token is for its group.
      securityContext: { fsGroup: 65534 },
      containers: [
        {
          ...containerOf(settings, part, program, {
            command: [...command, `--web.listen-address=:${port}`],
            port,
            limits: needs[program],
          }),
          readinessProbe: asks(health),
          livenessProbe: listens,
          volumeMounts: [{ name: "configuration", mountPath: folder, readOnly: true }],
        },
      ],
      volumes: [{ name: "configuration", configMap: { name: configuration } }],
    },
    { name: part, namespace },
  );
}
