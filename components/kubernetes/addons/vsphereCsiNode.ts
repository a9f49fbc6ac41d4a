import { imageFrom, type ImageSources } from "../images";
import type { Manifest } from "../object";
import { podOnEveryNode } from "./everyNode";
import { confined, resources } from "./parts";
import {
  csiDriver,
  csiNode as name,
  featureArgs,
  healthPort,
  socket,
  socketFolder,
  vsphereCsiNamespace as namespace,
} from "./vsphereCsiNames";

const kubelet = "/var/lib/kubelet";
const pluginFolder = `${kubelet}/plugins/${csiDriver}`;
const socketOnHost = `${pluginFolder}/csi.sock`;
/** A machine has at most 4 SCSI controllers of 15 disks, and one of these is its own. */
const mostVolumes = 59;

/** What mounts volumes on each node, control planes included: it needs no vCenter, and has no password. */
export function csiNode(sources: ImageSources): Manifest {
  // What is mounted stays mounted while the driver is away.
  return podOnEveryNode(pod(sources), { name, namespace, token: true });
}

function pod(sources: ImageSources): object {
  return {
    hostNetwork: true,
    dnsPolicy: "ClusterFirstWithHostNet",
    tolerations: [
      { operator: "Exists", effect: "NoSchedule" },
      { operator: "Exists", effect: "NoExecute" },
    ],
    containers: [registrar(sources), driver(sources), livenessProbe(sources)],
    volumes: [
      hostFolder("plugin", pluginFolder, "DirectoryOrCreate"),
      hostFolder("registration", `${kubelet}/plugins_registry`),
      hostFolder("kubelet", kubelet),
      hostFolder("dev", "/dev"),
      hostFolder("sys-block", "/sys/block"),
      hostFolder("sys-devices", "/sys/devices"),
      { name: "registered", emptyDir: { sizeLimit: "1Mi" } },
    ],
  };
}

function hostFolder(name: string, path: string, type = "Directory"): object {
  return { name, hostPath: { path, type } };
}

const socketMount = { name: "plugin", mountPath: socketFolder } as const;
/** Without rights but that of the owner of the driver's and the kubelet's sockets, which is root. */
const owner = { ...confined, runAsNonRoot: false, runAsUser: 0, runAsGroup: 0 } as const;

/** Tells the kubelet that the driver is there. */
function registrar(sources: ImageSources): object {
  return {
    name: "node-driver-registrar",
    image: imageFrom(sources, "csiNodeDriverRegistrar"),
    imagePullPolicy: "IfNotPresent",
    args: [`--csi-address=${socket}`, `--kubelet-registration-path=${socketOnHost}`],
    resources: resources("5m", "16Mi", "64Mi"),
    securityContext: owner,
    livenessProbe: {
      exec: {
        command: [
          "/csi-node-driver-registrar",
          `--kubelet-registration-path=${socketOnHost}`,
          "--mode=kubelet-registration-probe",
        ],
      },
      initialDelaySeconds: 30,
      timeoutSeconds: 15,
    },
    volumeMounts: [
      socketMount,
      { name: "registration", mountPath: "/registration" },
      // Where it notes for its probe that it is done, by the name of the host's folder, but in a place of its own.
      { name: "registered", mountPath: pluginFolder },
    ],
  };
}

function driver(sources: ImageSources): object {
  return {
    name,
    image: imageFrom(sources, "vsphereCsiDriver"),
    imagePullPolicy: "IfNotPresent",
    args: featureArgs,
    env: [
      { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
      { name: "CSI_ENDPOINT", value: `unix://${socket}` },
      { name: "X_CSI_MODE", value: "node" },
      { name: "X_CSI_SPEC_REQ_VALIDATION", value: "false" },
      { name: "X_CSI_SPEC_DISABLE_LEN_CHECK", value: "true" },
      { name: "MAX_VOLUMES_PER_NODE", value: String(mostVolumes) },
      { name: "NODEGETINFO_WATCH_TIMEOUT_MINUTES", value: "1" },
      { name: "LOGGER_LEVEL", value: "PRODUCTION" },
      { name: "CSI_NAMESPACE", value: namespace },
    ],
    // Checking a large file system takes memory.
    resources: resources("10m", "32Mi", "1Gi"),
    // It mounts for the host, which nothing less may do.
    securityContext: { privileged: true, readOnlyRootFilesystem: false },
    livenessProbe: {
      httpGet: { host: "127.0.0.1", path: "/healthz", port: healthPort },
      initialDelaySeconds: 10,
      timeoutSeconds: 5,
      periodSeconds: 5,
      failureThreshold: 3,
    },
    volumeMounts: [
      socketMount,
      { name: "kubelet", mountPath: kubelet, mountPropagation: "Bidirectional" },
      { name: "dev", mountPath: "/dev" },
      { name: "sys-block", mountPath: "/sys/block" },
      { name: "sys-devices", mountPath: "/sys/devices" },
    ],
  };
}

function livenessProbe(sources: ImageSources): object {
  return {
    name: "liveness-probe",
    image: imageFrom(sources, "csiLivenessProbe"),
    imagePullPolicy: "IfNotPresent",
    // In the host's network, where nobody else has to see it.
    args: [`--csi-address=${socket}`, `--http-endpoint=127.0.0.1:${healthPort}`],
    resources: resources("5m", "16Mi", "64Mi"),
    securityContext: owner,
    volumeMounts: [socketMount],
  };
}
