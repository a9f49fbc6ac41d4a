import type { KubernetesSpec } from "../../spec";
import { imageFrom, type ImageSources } from "../images";
import type { Objects } from "../objects";
import { podOnEveryNode } from "./everyNode";
import { binding, configMap, namespaceObject, resources, role, serviceAccount } from "./parts";

const name = "flannel";
/** As upstream calls it: who knows flannel finds it. */
const namespace = "kube-flannel";

/** UDP port of VXLAN: the kernel's own default, which flannel uses too. */
export const vxlanPort = 8472;
/** Of flannel's health, on the loopback only. */
const healthPort = 8471;

/**
 * Flannel: packets between pods of different nodes, by VXLAN. Its daemon takes each node's range from the node itself,
 * and tells the kernel the way to all others.
 *
 * Upstream's manifest also puts a CNI plug-in and its configuration on the hosts. Here containerd writes the
 * configuration itself, from the node's range, for plug-ins that the template has: a node is ready without waiting for
 * flannel's image, and pods of one node talk to each other in any case.
 */
export function flannel(
  { podRange }: Pick<KubernetesSpec, "podRange">,
  sources: ImageSources,
): Objects {
  const settings = configMap(name, namespace, name, {
    "net-conf.json": `${JSON.stringify(
      { Network: podRange, Backend: { Type: "vxlan", VNI: 1, Port: vxlanPort } },
      null,
      2,
    )}\n`,
  });
  return {
    // It changes its node's routes and packet filter, in the network of the host.
    namespace: namespaceObject(namespace, name, "privileged"),
    account: serviceAccount(name, namespace),
    role: role(name, name, [
      { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
      { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
      // It notes on its own node at which address others reach it.
      { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch"] },
    ]),
    binding: binding({
      name,
      part: name,
      role: { kind: "ClusterRole", name },
      subject: { kind: "ServiceAccount", name, namespace },
    }),
    settings,
    // The kernel goes on as it was told while the daemon is away.
    daemon: podOnEveryNode(pod(settings.metadata.name, imageFrom(sources, "flannel")), {
      name,
      namespace,
      token: true,
    }),
  };
}

function pod(settings: string, image: string): object {
  return {
    hostNetwork: true,
    tolerations: [
      { operator: "Exists", effect: "NoSchedule" },
      { operator: "Exists", effect: "NoExecute" },
    ],
    terminationGracePeriodSeconds: 5,
    containers: [
      {
        name,
        image,
        imagePullPolicy: "IfNotPresent",
        command: ["/opt/bin/flanneld"],
        args: [
          "--ip-masq",
          "--kube-subnet-mgr",
          // Of several networks the one by which the node is known.
          "--iface=$(NODE_ADDRESS)",
          "--healthz-ip=127.0.0.1",
          `--healthz-port=${healthPort}`,
        ],
        env: [
          field("POD_NAME", "metadata.name"),
          field("POD_NAMESPACE", "metadata.namespace"),
          field("NODE_ADDRESS", "status.hostIP"),
        ],
        resources: resources("50m", "50Mi", "128Mi"),
        securityContext: {
          privileged: false,
          allowPrivilegeEscalation: false,
          // It changes routes and the packet filter. What chooses between the host's two packet filters writes into
          // its own image.
          runAsUser: 0,
          capabilities: { drop: ["ALL"], add: ["NET_ADMIN", "NET_RAW"] },
          seccompProfile: { type: "RuntimeDefault" },
        },
        readinessProbe: { ...health(), periodSeconds: 5 },
        livenessProbe: { ...health(), periodSeconds: 10, failureThreshold: 6 },
        volumeMounts: [
          { name: "run", mountPath: "/run/flannel" },
          { name: "settings", mountPath: "/etc/kube-flannel", readOnly: true },
          { name: "xtables-lock", mountPath: "/run/xtables.lock" },
        ],
      },
    ],
    volumes: [
      { name: "run", hostPath: { path: "/run/flannel", type: "DirectoryOrCreate" } },
      { name: "settings", configMap: { name: settings } },
      { name: "xtables-lock", hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" } },
    ],
  };
}

function field(name: string, fieldPath: string): object {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

function health(): object {
  return { httpGet: { host: "127.0.0.1", port: healthPort, path: "/healthz" } };
}
