/** Names of vSphere's CSI driver, as upstream has them: who knows it finds it. */

/** Of the driver itself, in volumes, storage classes and on the nodes. */
export const csiDriver = "csi.vsphere.vmware.com";

export const vsphereCsiNamespace = "vmware-system-csi";

/** What all of its objects are labelled as. */
export const csiPart = "vsphere-csi";

export const csiController = "vsphere-csi-controller";
export const csiNode = "vsphere-csi-node";

/** ConfigMap in which the driver looks up which of its features are on. */
export const featureStates = "internal-feature-states.csi.vsphere.vmware.com";

export const featureArgs = [
  `--fss-name=${featureStates}`,
  `--fss-namespace=${vsphereCsiNamespace}`,
] as const;

/** Name of the class of volumes on vSphere's datastores. */
export const vsphereStorageClass = "slipway-vsphere";

/** Folder of the driver's socket, within its containers. */
export const socketFolder = "/csi";
export const socket = `${socketFolder}/csi.sock`;

/** TCP port of `livenessprobe`, which asks the driver whether it answers. */
export const healthPort = 9808;
