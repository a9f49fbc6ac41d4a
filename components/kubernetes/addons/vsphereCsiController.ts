import { imageFrom, type ImageSources } from "../images";
import type { Manifest } from "../object";
import { confined, controlPlaneToo, partLabels, resources, selector } from "./parts";
import { authorities, csiConfigFile } from "./vsphereCsiConfig";
import {
  csiController as name,
  featureArgs,
  healthPort,
  socket,
  socketFolder,
  vsphereCsiNamespace as namespace,
} from "./vsphereCsiNames";

/** Of which one leads: what more would be is only in the way of etcd. */
const mostReplicas = 3;
/** The user of the driver's image, who can write to nothing of it but /tmp. All share it, as they share the driver's socket. */
const user = 65532;
const unprivileged = { ...confined, runAsUser: user, runAsGroup: user } as const;
const configFolder = "/etc/cloud";

export interface CsiControllerArgs {
  /** Name of the Secret with the driver's configuration. */
  readonly config: string;
  /** How many control planes there are, of which each has one replica at most. */
  readonly controlPlanes: number;
}

/** How many pods of the controller there are. */
export function csiControllerReplicas({
  controlPlanes,
}: Pick<CsiControllerArgs, "controlPlanes">): number {
  return Math.min(controlPlanes, mostReplicas);
}

/**
 * What makes, attaches, grows and deletes volumes in vCenter, with the sidecars that bring it what the cluster wants. It is
 * on control planes, as upstream has it: their network reaches vCenter, and no pod of an application is beside the
 * account's password.
 */
export function csiController(args: CsiControllerArgs, sources: ImageSources): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels: partLabels(name) },
    spec: {
      replicas: csiControllerReplicas(args),
      selector: { matchLabels: selector(name) },
      // There is no control plane left for one more.
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
      template: { metadata: { labels: partLabels(name) }, spec: pod(args.config, sources) },
    },
  };
}

function pod(config: string, sources: ImageSources): object {
  return {
    priorityClassName: "system-cluster-critical",
    serviceAccountName: name,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    // vCenter has the name that the machines know it by.
    dnsPolicy: "Default",
    nodeSelector: { "kubernetes.io/os": "linux", "node-role.kubernetes.io/control-plane": "" },
    tolerations: controlPlaneToo,
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          {
            labelSelector: { matchLabels: selector(name) },
            topologyKey: "kubernetes.io/hostname",
          },
        ],
      },
    },
    securityContext: { fsGroup: user },
    containers: [
      sidecar("csi-provisioner", "csiProvisioner", sources, [...elected, "--default-fstype=ext4"]),
      sidecar("csi-attacher", "csiAttacher", sources, [...elected, "--worker-threads=100"]),
      sidecar("csi-resizer", "csiResizer", sources, [
        ...elected,
        // Volumes grow while they are in use.
        "--handle-volume-inuse-error=false",
      ]),
      driver(sources),
      syncer(sources),
      {
        name: "liveness-probe",
        image: imageFrom(sources, "csiLivenessProbe"),
        imagePullPolicy: "IfNotPresent",
        args: [`--csi-address=${socket}`, `--health-port=${healthPort}`],
        resources: resources("5m", "16Mi", "64Mi"),
        securityContext: unprivileged,
        volumeMounts: [socketMount],
      },
    ],
    volumes: [
      { name: "socket", emptyDir: { sizeLimit: "16Mi" } },
      { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
      { name: "config", secret: { secretName: config } },
      { name: "authorities", hostPath: { path: authorities.folder, type: "Directory" } },
    ],
  };
}

const socketMount = { name: "socket", mountPath: socketFolder } as const;
/** Of the driver and the syncer, which both talk to vCenter. */
const vcenterMounts = [
  { name: "tmp", mountPath: "/tmp" },
  { name: "config", mountPath: configFolder, readOnly: true },
  { name: "authorities", mountPath: authorities.folder, readOnly: true },
] as const;

const vcenterEnv = [
  { name: "VSPHERE_CSI_CONFIG", value: `${configFolder}/${csiConfigFile}` },
  { name: "LOGGER_LEVEL", value: "PRODUCTION" },
  { name: "INCLUSTER_CLIENT_QPS", value: "100" },
  { name: "INCLUSTER_CLIENT_BURST", value: "100" },
  { name: "CSI_NAMESPACE", value: namespace },
] as const;

/** Of sidecars, one of which works while the others wait; with upstream's times and limits. */
const elected = [
  `--csi-address=${socket}`,
  "--timeout=300s",
  "--kube-api-qps=100",
  "--kube-api-burst=100",
  "--leader-election",
  "--leader-election-lease-duration=120s",
  "--leader-election-renew-deadline=60s",
  "--leader-election-retry-period=30s",
] as const;

function sidecar(
  name: string,
  image: Parameters<typeof imageFrom>[1],
  sources: ImageSources,
  args: readonly string[],
): object {
  return {
    name,
    image: imageFrom(sources, image),
    imagePullPolicy: "IfNotPresent",
    args,
    resources: resources("10m", "32Mi", "256Mi"),
    securityContext: unprivileged,
    volumeMounts: [socketMount],
  };
}

function driver(sources: ImageSources): object {
  const asks = { httpGet: { path: "/healthz", port: healthPort } };
  return {
    name: "vsphere-csi-controller",
    image: imageFrom(sources, "vsphereCsiDriver"),
    imagePullPolicy: "IfNotPresent",
    args: [...featureArgs, "--enable-profile-server=false"],
    env: [
      { name: "CSI_ENDPOINT", value: `unix://${socket}` },
      { name: "X_CSI_MODE", value: "controller" },
      { name: "X_CSI_SPEC_DISABLE_LEN_CHECK", value: "true" },
      { name: "X_CSI_SERIAL_VOL_ACCESS_TIMEOUT", value: "3m" },
      ...vcenterEnv,
    ],
    resources: resources("50m", "64Mi", "512Mi"),
    securityContext: unprivileged,
    // It answers once it is logged in: a wrong password or certificate is seen by `pulumi up`.
    readinessProbe: { ...asks, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    livenessProbe: {
      ...asks,
      initialDelaySeconds: 30,
      periodSeconds: 180,
      timeoutSeconds: 10,
      failureThreshold: 3,
    },
    volumeMounts: [socketMount, ...vcenterMounts],
  };
}

/** Tells vCenter which claims and pods have its volumes. */
function syncer(sources: ImageSources): object {
  return {
    name: "vsphere-syncer",
    image: imageFrom(sources, "vsphereCsiSyncer"),
    imagePullPolicy: "IfNotPresent",
    args: [
      "--leader-election",
      "--leader-election-lease-duration=30s",
      "--leader-election-renew-deadline=20s",
      "--leader-election-retry-period=10s",
      ...featureArgs,
      "--enable-profile-server=false",
    ],
    env: [{ name: "FULL_SYNC_INTERVAL_MINUTES", value: "30" }, ...vcenterEnv],
    resources: resources("20m", "64Mi", "512Mi"),
    securityContext: unprivileged,
    volumeMounts: vcenterMounts,
  };
}
