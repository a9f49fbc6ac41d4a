import { confined, resources } from "../../kubernetes/addons/parts";
import { imageName } from "../../platform/images";
import type { KubernetesIngressSpec } from "../../spec";
import { ingressImages } from "../images";
import { entryPoints } from "../names";
import { goodbye, traefikMemoryMiB } from "../traefikConfig";
import { statusPortName } from "./config";
import { configurationKeys, files, mountPath, traefik } from "./names";
import { nodeAffinity } from "../../kubernetes/placement";

export interface IngressSettings {
  readonly spec: KubernetesIngressSpec;
  /** Registry prefix under which the site mirrors images. */
  readonly mirror?: string;
  /** Private key of the certificate, PEM. Present exactly where the spec has `tls`. */
  readonly tlsKey?: string;
  /** Without it the name of a secret would let anybody test guesses of its value. */
  readonly salt: string;
}

const filterName = "api-filter";
const filterFolder = "/etc/api-filter";

/**
 * One Traefik on every node of the placement, whatever its taints, on the node's own ports: no request has a hop more, and
 * the client's address stays. It needs no right for that: the ports in its container are high ones, to which its node's
 * CNI plug-in leads.
 */
export function ingressPod(
  { spec, mirror }: IngressSettings,
  configuration: string,
  certificate: string | undefined,
): object {
  const image = imageName(ingressImages.traefik, { own: spec.image, mirror });
  const open = ({ name, port }: { name: string; port: number }, hostPort: number) => ({
    name,
    containerPort: port,
    hostPort,
    protocol: "TCP",
  });
  const { http, https, status } = entryPoints;
  const asks = (path: string) => ({ httpGet: { path, port: statusPortName } });
  return {
    ...nodeAffinity(spec.placement, "platform.ingress.placement"),
    nodeSelector: { "kubernetes.io/os": "linux" },
    tolerations: [{ operator: "Exists", effect: "NoSchedule" }],
    priorityClassName: "system-cluster-critical",
    serviceAccountName: traefik,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: goodbye.acceptSeconds + goodbye.finishSeconds + 5,
    // Its files are for its group.
    securityContext: { fsGroup: 65534 },
    initContainers: [filter(imageName(ingressImages.haproxy, { mirror }))],
    containers: [
      {
        name: traefik,
        image,
        imagePullPolicy: "IfNotPresent",
        command: ["traefik"],
        env: [{ name: "GOMEMLIMIT", value: `${traefikMemoryMiB.heap}MiB` }],
        ports: [
          open(http, spec.httpPort),
          open(https, spec.httpsPort),
          open({ name: statusPortName, port: status.port }, spec.statusPort),
        ],
        resources: resources(
          "100m",
          `${traefikMemoryMiB.reserved}Mi`,
          `${traefikMemoryMiB.limit}Mi`,
        ),
        securityContext: confined,
        readinessProbe: { ...asks("/ready"), periodSeconds: 2, failureThreshold: 2 },
        livenessProbe: {
          ...asks("/ping"),
          periodSeconds: 5,
          timeoutSeconds: 5,
          failureThreshold: 3,
        },
        volumeMounts: [{ name: "files", mountPath, readOnly: true }],
      },
    ],
    volumes: [
      {
        name: "files",
        projected: {
          defaultMode: 0o440,
          sources: [
            {
              configMap: {
                name: configuration,
                items: [
                  { key: configurationKeys.static, path: files.static },
                  { key: configurationKeys.dynamic, path: files.dynamic },
                ],
              },
            },
            ...(certificate === undefined
              ? []
              : [
                  {
                    secret: {
                      name: certificate,
                      items: [
                        { key: "tls.crt", path: files.certificate },
                        { key: "tls.key", path: files.key },
                      ],
                    },
                  },
                ]),
          ],
        },
      },
      {
        name: "filter",
        configMap: {
          name: configuration,
          items: [{ key: configurationKeys.filter, path: configurationKeys.filter }],
        },
      },
    ],
  };
}

/** Beside Traefik all its life: started before it, and stopped after it. */
function filter(image: string): object {
  return {
    name: filterName,
    image,
    imagePullPolicy: "IfNotPresent",
    restartPolicy: "Always",
    command: ["haproxy", "-db", "-f", `${filterFolder}/${configurationKeys.filter}`],
    resources: resources("10m", "16Mi", "64Mi"),
    securityContext: confined,
    volumeMounts: [{ name: "filter", mountPath: filterFolder, readOnly: true }],
  };
}
