import {
  confined,
  controlPlaneToo,
  namespaceObject,
  partLabels,
  resources,
  secretObject,
  selector,
  type SecretObject,
} from "../../kubernetes/addons/parts";
import type { Manifest } from "../../kubernetes/object";
import type { Objects } from "../../kubernetes/objects";
import { nodeAffinity } from "../../kubernetes/placement";
import { imageName } from "../../platform/images";
import { filesOf, processesOf } from "../files";
import { registryImages } from "../images";
import { dataFolder, filesFolder, processes, type Process } from "../names";
import type { OwnRegistrySpec } from "../own";
import {
  commandOf,
  environment,
  graceSeconds,
  healthCommand,
  memoryMiB,
  placementOf,
  publishedPort,
  type ServiceSettings,
} from "../plan";
import { metricsPort, registryNamespace as namespace, workloadPrefix } from "./names";

/** Who the processes are: nobody. */
const group = 65534;

function nameOf(process: Process): string {
  return `${workloadPrefix}${process}`;
}

/** What outlives the registry, as images do: its namespace, and the claims in it. */
export function keptObjects(spec: OwnRegistrySpec): Objects {
  const { volume } = spec.storage;
  return {
    // Ports of its nodes are what no lower level lets a pod have.
    namespace: namespaceObject(namespace, "registry", "privileged"),
    ...(volume !== undefined && {
      claim: claim(volume.name, volume.sizeGiB, volume.storageClass),
      ...(spec.cache !== undefined && {
        "cache-claim": claim(`${volume.name}-cache`, spec.cache.sizeGiB, volume.storageClass),
      }),
    }),
  };
}

function claim(name: string, sizeGiB: number, storageClass: string | undefined): Manifest {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name,
      namespace,
      labels: partLabels("registry"),
      // It is bound when a pod wants it, and then the pod's workload says how it goes.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      accessModes: ["ReadWriteOnce"],
      ...(storageClass !== undefined && { storageClassName: storageClass }),
      resources: { requests: { storage: `${sizeGiB}Gi` } },
    },
  };
}

/** All files of the registry as one Secret, named by its content: with another content pods are made anew. */
export function filesSecret(texts: Readonly<Record<string, string>>, seed: string): SecretObject {
  return secretObject("registry", namespace, "registry", texts, seed);
}

/** Pods that read the metrics. */
export interface MetricsReader {
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
}

/**
 * Who may ask the registry: everybody at the ports that nodes have of it, and at the others, which tell more than metrics,
 * Prometheus alone; its own node asks for its health whatever policies say.
 */
export function policies(
  spec: Pick<OwnRegistrySpec, "cache">,
  reader: MetricsReader | undefined,
): Objects {
  const own = processesOf(spec);
  const ports = (kind: "port" | "metrics") =>
    own.map((process) => ({ protocol: "TCP", port: processes[process][kind] }));
  return {
    policy: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "registry", namespace, labels: partLabels("registry") },
      spec: {
        podSelector: {},
        policyTypes: ["Ingress"],
        ingress: [
          { ports: ports("port") },
          ...(reader === undefined
            ? []
            : [
                {
                  from: [
                    {
                      namespaceSelector: {
                        matchLabels: { "kubernetes.io/metadata.name": reader.namespace },
                      },
                      podSelector: { matchLabels: reader.podLabels },
                    },
                  ],
                  ports: ports("metrics"),
                },
              ]),
        ],
      },
    },
  };
}

/** A workload for each process. @param secretName of the Secret with the files; an output, or what it is. */
export function workloads(settings: ServiceSettings, secretName: unknown): Objects {
  return Object.fromEntries(
    processesOf(settings.spec).map((process) => [process, workload(process, settings, secretName)]),
  );
}

/** Whether there is one on every node that may have it: with a volume, there is one on the volume's node. */
function isEverywhere(process: Process, { storage }: OwnRegistrySpec): boolean {
  return storage.volume === undefined && process === "pull";
}

/** The kind of workload that the one for pulls would be with the other kind of storage. */
export function otherKindOfPull(spec: OwnRegistrySpec): Pick<Manifest, "apiVersion" | "kind"> {
  return { apiVersion: "apps/v1", kind: isEverywhere("pull", spec) ? "Deployment" : "DaemonSet" };
}

function workload(process: Process, settings: ServiceSettings, secretName: unknown): Manifest {
  const name = nameOf(process);
  const common = {
    selector: { matchLabels: selector(name) },
    template: {
      metadata: { labels: partLabels(name) },
      spec: pod(process, settings, secretName),
    },
  };
  const metadata = { name, namespace, labels: partLabels(name) };
  if (isEverywhere(process, settings.spec))
    return {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata,
      spec: {
        ...common,
        updateStrategy: {
          type: "RollingUpdate",
          rollingUpdate: { maxUnavailable: 1, maxSurge: 0 },
        },
      },
    };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    // The old one goes first: its node's port has to be free, and two must not write.
    spec: { ...common, replicas: 1, strategy: { type: "Recreate" } },
  };
}

function pod(process: Process, settings: ServiceSettings, secretName: unknown): object {
  const { spec, mirror } = settings;
  const { port, metrics } = processes[process];
  const { volume } = spec.storage;
  const { limit, reserved } = memoryMiB[process];
  const answers = { httpGet: { path: "/debug/health", port: metricsPort } };
  const folder = (name: string, mountPath: string, readOnly = false) => ({
    name,
    mountPath,
    ...(readOnly && { readOnly }),
  });
  return {
    ...affinity(process, spec),
    nodeSelector: { "kubernetes.io/os": "linux" },
    tolerations: controlPlaneToo,
    priorityClassName: "system-cluster-critical",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: graceSeconds(process),
    // Its files and its volume are for its group.
    securityContext: { fsGroup: group, fsGroupChangePolicy: "OnRootMismatch" },
    containers: [
      {
        name: "registry",
        image: imageName(registryImages.registry, { own: spec.image, mirror }),
        imagePullPolicy: "IfNotPresent",
        command: commandOf(process),
        env: Object.entries(environment(process, settings)).map(([name, value]) => ({
          name,
          value,
        })),
        ports: [
          {
            name: "registry",
            containerPort: port,
            hostPort: publishedPort(process, spec),
            protocol: "TCP",
          },
          { name: metricsPort, containerPort: metrics, protocol: "TCP" },
        ],
        resources: resources("50m", `${reserved}Mi`, `${limit}Mi`),
        securityContext: confined,
        readinessProbe: { ...answers, periodSeconds: 5, failureThreshold: 3 },
        livenessProbe: {
          ...(process === "push"
            ? { exec: { command: ["sh", "-c", healthCommand(process)] } }
            : answers),
          initialDelaySeconds: 10,
          periodSeconds: 10,
          timeoutSeconds: 5,
          failureThreshold: 6,
        },
        volumeMounts: [
          folder("files", filesFolder, true),
          ...(volume === undefined ? [] : [folder("data", dataFolder, process === "pull")]),
          ...(process === "push" ? [folder("tmp", "/tmp")] : []),
        ],
      },
    ],
    volumes: [
      {
        name: "files",
        secret: {
          secretName,
          defaultMode: 0o440,
          items: filesOf(process, settings).map((key) => ({ key, path: key })),
        },
      },
      ...(volume === undefined
        ? []
        : [
            {
              name: "data",
              persistentVolumeClaim: {
                claimName: process === "cache" ? `${volume.name}-cache` : volume.name,
              },
            },
          ]),
      ...(process === "push" ? [{ name: "tmp", emptyDir: { sizeLimit: "256Mi" } }] : []),
    ],
  };
}

/** Where constraints leave the node open, all go where pulls are served: the volume is one node's at a time. */
function affinity(process: Process, spec: OwnRegistrySpec): object {
  const placement = placementOf(spec);
  if (placement.length > 0) return nodeAffinity(placement, "platform.registry.placement");
  if (spec.storage.volume === undefined || process === "pull") return {};
  return {
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            labelSelector: { matchLabels: selector(nameOf("pull")) },
            topologyKey: "kubernetes.io/hostname",
          },
        ],
      },
    },
  };
}
