import type * as pulumi from "@pulumi/pulumi";
import type { VsphereStorageSpec } from "../../spec";
import type { ImageSources } from "../images";
import type { Manifest } from "../object";
import type { Objects } from "../objects";
import { namespaceObject, partLabels } from "./parts";
import { csiConfigFile } from "./vsphereCsiConfig";
import { csiController, type CsiControllerArgs } from "./vsphereCsiController";
import { csiControllerGuard } from "./vsphereCsiGuard";
import {
  csiDriver,
  csiPart as part,
  featureStates,
  vsphereCsiNamespace as namespace,
  vsphereStorageClass,
} from "./vsphereCsiNames";
import { csiNode } from "./vsphereCsiNode";
import { vsphereCsiRights } from "./vsphereCsiRights";

export interface VsphereCsiArgs
  extends CsiControllerArgs, Pick<VsphereStorageSpec, "storagePolicy" | "datastoreUrl"> {
  /** Content of the driver's configuration (`csiConfig`), base64. A secret. */
  readonly configData: pulumi.Input<string>;
}

/**
 * Volumes as disks on vSphere's datastores, by vSphere's own CSI driver; the default storage class. A volume is attached to
 * the machine where its pod runs, and goes with it to another. A claim that is deleted leaves its volume and data
 * (`Retain`), as with volumes on the nodes: whoever deletes an application by mistake has lost no data.
 *
 * Upstream's manifest (v3.7, flavour vanilla) has a few more parts. Left out are snapshots, with what they need of the
 * cluster besides; nodes that run Windows; a webhook that only says earlier what the driver refuses in any case; and the
 * service by which its figures are scraped. The cloud provider for vSphere (CPI) is not needed: since 2.6 the driver finds
 * a node's VM by the UUID that the node itself tells.
 */
export function vsphereCsi(args: VsphereCsiArgs, sources: ImageSources): Objects {
  return {
    // The part on the nodes mounts for the host.
    namespace: namespaceObject(namespace, part, "privileged"),
    ...vsphereCsiRights(),
    config: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: args.config, namespace, labels: partLabels(part) },
      type: "Opaque",
      immutable: true,
      data: { [csiConfigFile]: args.configData },
    },
    // Not named by its content: the driver watches it, and other tools look for it by this name.
    features: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: featureStates, namespace, labels: partLabels(part) },
      data: { "trigger-csi-fullsync": "false", "pv-to-backingdiskobjectid-mapping": "false" },
    },
    driver: {
      apiVersion: "storage.k8s.io/v1",
      kind: "CSIDriver",
      metadata: { name: csiDriver, labels: partLabels(part) },
      spec: { attachRequired: true, podInfoOnMount: false },
    },
    class: storageClass(args),
    ...csiControllerGuard(args),
    controller: csiController(args, sources),
    node: csiNode(sources),
  };
}

function storageClass({ storagePolicy, datastoreUrl }: VsphereCsiArgs): Manifest {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: vsphereStorageClass,
      labels: partLabels(part),
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    },
    provisioner: csiDriver,
    parameters: {
      // Named, or the kubelet would not give a volume to the group of its pod.
      "csi.storage.k8s.io/fstype": "ext4",
      ...(storagePolicy !== undefined && { storagepolicyname: storagePolicy }),
      ...(datastoreUrl !== undefined && { datastoreurl: datastoreUrl }),
    },
    reclaimPolicy: "Retain",
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
  };
}
