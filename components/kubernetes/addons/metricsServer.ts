import { imageFrom, type ImageSources } from "../images";
import type { Manifest } from "../object";
import type { Objects } from "../objects";
import { movingPod } from "./movingPod";
import { binding, confined, partLabels, resources, role, selector, serviceAccount } from "./parts";

const name = "metrics-server";
/** Part of the cluster's own API, next to the others. */
const namespace = "kube-system";
const port = 10250;

/**
 * metrics-server: what pods and nodes use right now, for `kubectl top` and for HorizontalPodAutoscalers.
 *
 * It asks kubelets without checking whose certificate they show (`--kubelet-insecure-tls`), as the API server itself
 * does in a cluster of kubeadm. Certificates that could be checked (`serverTLSBootstrap`) have to be approved one by one,
 * and once more at each renewal; Kubernetes has nothing that does it, `pulumi up` may not run in time, and then a
 * node has neither logs nor metrics. Who could stand between a node and its kubelet would learn a token that reads
 * figures, and could tell wrong ones.
 */
export function metricsServer(sources: ImageSources): Objects {
  const subject = { kind: "ServiceAccount", name, namespace } as const;
  const bind = (key: string, bound: string) =>
    binding({ name: key, part: name, role: { kind: "ClusterRole", name: bound }, subject });
  return {
    account: serviceAccount(name, namespace),
    reader: aggregated(),
    role: role(`system:${name}`, name, [
      { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
      { apiGroups: [""], resources: ["pods", "nodes"], verbs: ["get", "list", "watch"] },
    ]),
    binding: bind(`system:${name}`, `system:${name}`),
    delegator: bind(`${name}:system:auth-delegator`, "system:auth-delegator"),
    "auth-reader": binding({
      name: `${name}-auth-reader`,
      part: name,
      role: { kind: "Role", name: "extension-apiserver-authentication-reader" },
      subject,
      namespace,
    }),
    service: {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name,
        namespace,
        labels: partLabels(name),
        // Its pods come after it: nobody waits for their addresses.
        annotations: { "pulumi.com/skipAwait": "true" },
      },
      spec: {
        selector: selector(name),
        ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: "https" }],
      },
    },
    deployment: movingPod(pod(imageFrom(sources, "metricsServer")), { name, namespace }),
    api: {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta1.metrics.k8s.io", labels: partLabels(name) },
      spec: {
        group: "metrics.k8s.io",
        version: "v1beta1",
        service: { name, namespace },
        // It signs its certificate itself, anew with each start.
        insecureSkipTLSVerify: true,
        groupPriorityMinimum: 100,
        versionPriority: 100,
      },
    },
  };
}

/** Whoever may view a namespace may view its figures. */
function aggregated(): Manifest {
  const made = role("system:aggregated-metrics-reader", name, [
    {
      apiGroups: ["metrics.k8s.io"],
      resources: ["pods", "nodes"],
      verbs: ["get", "list", "watch"],
    },
  ]);
  const to = (role: string) => `rbac.authorization.k8s.io/aggregate-to-${role}`;
  return {
    ...made,
    metadata: {
      ...made.metadata,
      labels: {
        ...made.metadata.labels,
        [to("view")]: "true",
        [to("edit")]: "true",
        [to("admin")]: "true",
      },
    },
  };
}

function pod(image: string): object {
  const asks = (path: string) => ({ httpGet: { path, port: "https", scheme: "HTTPS" } });
  return {
    containers: [
      {
        name,
        image,
        imagePullPolicy: "IfNotPresent",
        args: [
          "--cert-dir=/tmp",
          `--secure-port=${port}`,
          "--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
          "--kubelet-use-node-status-port",
          "--kubelet-insecure-tls",
          "--metric-resolution=15s",
        ],
        ports: [{ name: "https", containerPort: port, protocol: "TCP" }],
        resources: resources("50m", "64Mi", "256Mi"),
        securityContext: confined,
        // It is ready when it has the first figures.
        readinessProbe: { ...asks("/readyz"), periodSeconds: 5, failureThreshold: 3 },
        livenessProbe: { ...asks("/livez"), periodSeconds: 10, failureThreshold: 6 },
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
      },
    ],
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: "16Mi" } }],
  };
}
