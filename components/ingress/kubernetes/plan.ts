import { createHmac } from "node:crypto";
import {
  binding,
  configMap,
  namespaceObject,
  partLabels,
  role,
  selector,
  serviceAccount,
} from "../../kubernetes/addons/parts";
import type { Manifest } from "../../kubernetes/object";
import type { Objects } from "../../kubernetes/objects";
import { entryPoints } from "../names";
import { filterConfiguration } from "./apiFilter";
import {
  kubernetesDynamicConfiguration,
  kubernetesStaticConfiguration,
  statusPortName,
} from "./config";
import { className, configurationKeys, namespace, traefik } from "./names";
import { ingressPod, type IngressSettings } from "./pod";

const hashDigits = 10;

/** The ingress as Kubernetes objects. */
export function ingressObjects(settings: IngressSettings): Objects {
  const { spec } = settings;
  const subject = { kind: "ServiceAccount", name: traefik, namespace } as const;
  const read = ["get", "list", "watch"];
  const configuration = configMap(traefik, namespace, traefik, {
    [configurationKeys.static]: kubernetesStaticConfiguration(spec),
    [configurationKeys.dynamic]: kubernetesDynamicConfiguration(spec),
    [configurationKeys.filter]: filterConfiguration(),
  });
  const certificate = tlsSecret(settings);
  const template = {
    metadata: { labels: partLabels(traefik) },
    spec: ingressPod(settings, configuration.metadata.name, certificate?.metadata.name),
  };
  return {
    // Ports of its nodes are what no lower level lets a pod have.
    namespace: namespaceObject(namespace, traefik, "privileged"),
    account: serviceAccount(traefik, namespace),
    role: role(namespace, traefik, [
      { apiGroups: [""], resources: ["services", "nodes"], verbs: read },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
      {
        apiGroups: ["networking.k8s.io"],
        resources: ["ingresses", "ingressclasses"],
        verbs: read,
      },
    ]),
    binding: binding({
      name: namespace,
      part: traefik,
      role: { kind: "ClusterRole", name: namespace },
      subject,
    }),
    "own-secrets": role(
      traefik,
      traefik,
      [{ apiGroups: [""], resources: ["secrets"], verbs: ["list", "watch"] }],
      namespace,
    ),
    "own-secrets-binding": binding({
      name: traefik,
      part: traefik,
      role: { kind: "Role", name: traefik },
      subject,
      namespace,
    }),
    configuration,
    ...(certificate !== undefined && { certificate }),
    class: {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: {
        name: className,
        labels: partLabels(traefik),
        annotations: { "ingressclass.kubernetes.io/is-default-class": "true" },
      },
      spec: { controller: "traefik.io/ingress-controller" },
    },
    service: ownService(),
    ready: readyIngress(),
    budget: {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: traefik, namespace, labels: partLabels(traefik) },
      spec: { minAvailable: 1, selector: { matchLabels: selector(traefik) } },
    },
    daemon: {
      apiVersion: "apps/v1",
      kind: "DaemonSet",
      metadata: { name: traefik, namespace, labels: partLabels(traefik) },
      spec: {
        selector: { matchLabels: selector(traefik) },
        // The old one goes first, as its node's ports have to be free; one node after the other.
        updateStrategy: {
          type: "RollingUpdate",
          rollingUpdate: { maxUnavailable: 1, maxSurge: 0 },
        },
        template,
      },
    },
  };
}

/** Traefik's own status: what `/ready` waits to hear of, and where metrics are. */
function ownService(): Manifest {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: traefik,
      namespace,
      labels: partLabels(traefik),
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      clusterIP: "None",
      selector: selector(traefik),
      ports: [{ name: statusPortName, port: entryPoints.status.port, targetPort: statusPortName }],
    },
  };
}

/** A route that comes from Kubernetes, as those of applications do, so that Traefik can say when it knows them. */
function readyIngress(): Manifest {
  const service = { name: traefik, port: { name: statusPortName } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: "ready",
      namespace,
      labels: partLabels(traefik),
      annotations: {
        "traefik.ingress.kubernetes.io/router.entrypoints": entryPoints.status.name,
        "pulumi.com/skipAwait": "true",
      },
    },
    spec: {
      ingressClassName: className,
      rules: [
        {
          host: "ready.slipway.internal",
          http: { paths: [{ path: "/ping", pathType: "Exact", backend: { service } }] },
        },
      ],
    },
  };
}

/** @throws where there is a certificate without its key, or a key without its certificate. */
function tlsSecret({ spec: { tls }, tlsKey, salt }: IngressSettings): Manifest | undefined {
  if (tls === undefined && tlsKey === undefined) return undefined;
  if (tls === undefined || tlsKey === undefined)
    throw new Error("the certificate of the ingress and its key belong together");
  const { pem } = tls.certificate;
  const hash = createHmac("sha256", salt)
    .update(JSON.stringify([pem, tlsKey]))
    .digest("hex");
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: `${traefik}-tls-${hash.slice(0, hashDigits)}`,
      namespace,
      labels: partLabels(traefik),
    },
    type: "kubernetes.io/tls",
    immutable: true,
    data: { "tls.crt": base64(pem), "tls.key": base64(tlsKey) },
  };
}
