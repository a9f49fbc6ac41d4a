import type { KubernetesSpec } from "../../spec";
import { imageFrom, type ImageSources } from "../images";
import type { Objects } from "../objects";
import { podOnEveryNode } from "./everyNode";
import { binding, namespaceObject, resources, role, serviceAccount } from "./parts";

const name = "kube-router";
/** As flannel, it has one of its own: its pods may do what those of no other part may. */
const namespace = "kube-router";

/** Of its health, on every address of a node; it can't be told to listen on one. */
export const networkPolicyPort = 20244;

/**
 * What enforces NetworkPolicies where flannel carries the packets, which knows none: kube-router as a packet filter. Its
 * routes and its services are off, as flannel and kube-proxy have them.
 *
 * On each node it watches pods, namespaces and policies, and writes chains of iptables and sets of addresses from them.
 * These stay when it ends, and are taken over when it starts again. A pod that it does not know yet is not filtered:
 * between its start and the moment at which the API server is told its address (about a second), it can be reached.
 */
export function networkPolicy(
  { serviceRange }: Pick<KubernetesSpec, "serviceRange">,
  sources: ImageSources,
): Objects {
  return {
    // It changes its node's packet filter, in the network of the host.
    namespace: namespaceObject(namespace, name, "privileged"),
    account: serviceAccount(name, namespace),
    role: role(name, name, [
      { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
      // Of services it makes nothing here; but it does not start before it has all of these lists.
      {
        apiGroups: [""],
        resources: ["endpoints", "namespaces", "pods", "services"],
        verbs: ["list", "watch"],
      },
      {
        apiGroups: ["networking.k8s.io"],
        resources: ["networkpolicies"],
        verbs: ["list", "watch"],
      },
    ]),
    binding: binding({
      name,
      part: name,
      role: { kind: "ClusterRole", name },
      subject: { kind: "ServiceAccount", name, namespace },
    }),
    // Rules stay as they are while the daemon is away; only what changes meanwhile waits for it.
    daemon: podOnEveryNode(pod(serviceRange, imageFrom(sources, "networkPolicy")), {
      name,
      namespace,
      token: true,
    }),
  };
}

function pod(serviceRange: string, image: string): object {
  const health = { httpGet: { host: "127.0.0.1", port: networkPolicyPort, path: "/healthz" } };
  return {
    hostNetwork: true,
    containers: [
      {
        name,
        image,
        imagePullPolicy: "IfNotPresent",
        args: [
          "--run-firewall=true",
          "--run-router=false",
          "--run-service-proxy=false",
          `--service-cluster-ip-range=${serviceRange}`,
          `--health-port=${networkPolicyPort}`,
        ],
        env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
        resources: resources("50m", "64Mi", "512Mi"),
        securityContext: {
          privileged: false,
          allowPrivilegeEscalation: false,
          // It changes the packet filter, and refuses to start as anybody else. What chooses between the host's two
          // packet filters writes into its own image.
          runAsUser: 0,
          capabilities: { drop: ["ALL"], add: ["NET_ADMIN", "NET_RAW"] },
          seccompProfile: { type: "RuntimeDefault" },
        },
        readinessProbe: { ...health, periodSeconds: 5 },
        // It says that all is well when its rules were looked after within the last five minutes.
        livenessProbe: { ...health, periodSeconds: 10, failureThreshold: 6 },
        volumeMounts: [{ name: "xtables-lock", mountPath: "/run/xtables.lock" }],
      },
    ],
    volumes: [
      { name: "xtables-lock", hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" } },
    ],
  };
}
