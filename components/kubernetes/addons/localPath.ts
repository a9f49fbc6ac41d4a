import { stringify } from "yaml";
import { imageFrom, type ImageSources } from "../images";
import type { Objects } from "../objects";
import {
  binding,
  clusterPod,
  configMap,
  confined,
  namespaceObject,
  partLabels,
  resources,
  role,
  selector,
  serviceAccount,
} from "./parts";

const name = "local-path-provisioner";
/** As upstream calls it: who knows the provisioner finds it. */
export const localPathNamespace = "local-path-storage";
const namespace = localPathNamespace;
const provisioner = "rancher.io/local-path";
/** Where volumes lie on a node: on its system disk, outside of what kubeadm and containerd clean up. */
const folder = "/var/lib/slipway/volumes";

/** Name of the class of volumes on the nodes' own disks. */
export const localStorageClass = "slipway-local";

/**
 * Volumes on the nodes' own disks, by Rancher's local path provisioner; the default storage class. A pod with such a volume
 * runs on that one node ever after. A claim that is deleted leaves its volume and data (`Retain`): who wants them gone
 * removes the PersistentVolume and its folder.
 */
export function localPath(sources: ImageSources): Objects {
  const subject = { kind: "ServiceAccount", name, namespace } as const;
  const settings = configMap(name, namespace, name, {
    "config.json": `${JSON.stringify(
      { nodePathMap: [{ node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: [folder] }] },
      null,
      2,
    )}\n`,
    // Pods run as whatever user their image or file says, which nobody knows here.
    setup: `#!/bin/sh\nset -eu\nmkdir -m 0777 -p "$VOL_DIR"\n`,
    teardown: `#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n`,
    "helperPod.yaml": stringify(helperPod(imageFrom(sources, "busybox"))),
  });
  return {
    // The pods that make folders have the nodes' folder.
    namespace: namespaceObject(namespace, name, "privileged"),
    account: serviceAccount(name, namespace),
    role: role(name, name, [
      { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
      {
        apiGroups: [""],
        resources: ["persistentvolumeclaims"],
        verbs: ["get", "list", "watch", "update"],
      },
      {
        apiGroups: [""],
        resources: ["persistentvolumes"],
        verbs: ["get", "list", "watch", "create", "patch", "update", "delete"],
      },
      { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
      {
        apiGroups: ["storage.k8s.io"],
        resources: ["storageclasses"],
        verbs: ["get", "list", "watch"],
      },
    ]),
    binding: binding({ name, part: name, role: { kind: "ClusterRole", name }, subject }),
    "helper-role": role(
      name,
      name,
      [
        {
          apiGroups: [""],
          resources: ["pods"],
          verbs: ["get", "list", "watch", "create", "delete"],
        },
        { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
      ],
      namespace,
    ),
    "helper-binding": binding({
      name,
      part: name,
      role: { kind: "Role", name },
      subject,
      namespace,
    }),
    settings,
    class: {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: {
        name: localStorageClass,
        labels: partLabels(name),
        annotations: {
          "storageclass.kubernetes.io/is-default-class": "true",
          // A volume whose folder is gone is an error then, and not a new and empty one.
          defaultVolumeType: "local",
        },
      },
      provisioner,
      reclaimPolicy: "Retain",
      volumeBindingMode: "WaitForFirstConsumer",
    },
    deployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name, namespace, labels: partLabels(name) },
      spec: {
        replicas: 1,
        selector: { matchLabels: selector(name) },
        // Two at a time would make each folder twice.
        strategy: { type: "Recreate" },
        template: {
          metadata: { labels: partLabels(name) },
          spec: pod(settings.metadata.name, imageFrom(sources, "localPath")),
        },
      },
    },
  };
}

function pod(settings: string, image: string): object {
  const folder = "/etc/config";
  return {
    ...clusterPod(name),
    containers: [
      {
        name,
        image,
        imagePullPolicy: "IfNotPresent",
        command: ["local-path-provisioner"],
        args: [
          "start",
          "--config",
          `${folder}/config.json`,
          "--configmap-name",
          settings,
          "--helper-pod-file",
          `${folder}/helperPod.yaml`,
          "--service-account-name",
          name,
        ],
        env: [
          { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
          { name: "CONFIG_MOUNT_PATH", value: `${folder}/` },
        ],
        resources: resources("10m", "32Mi", "128Mi"),
        securityContext: confined,
        volumeMounts: [{ name: "settings", mountPath: folder, readOnly: true }],
      },
    ],
    volumes: [{ name: "settings", configMap: { name: settings } }],
  };
}

/** What the provisioner makes on the node of a volume, for a moment; it adds the script, the folder and the node. */
function helperPod(image: string): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "helper-pod", labels: partLabels(`${name}-helper`) },
    spec: {
      priorityClassName: "system-node-critical",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      containers: [
        {
          name: "helper-pod",
          image,
          imagePullPolicy: "IfNotPresent",
          resources: resources("10m", "16Mi", "32Mi"),
          // The folder above is root's.
          securityContext: { ...confined, runAsNonRoot: false, runAsUser: 0, runAsGroup: 0 },
        },
      ],
    },
  };
}
