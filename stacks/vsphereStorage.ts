import * as pulumi from "@pulumi/pulumi";
import type { VsphereStorageArgs } from "../components/kubernetes";
import type { KubernetesClusterSpec } from "../components/spec";
import type { ClusterSettings } from "./settings";

/**
 * Storage on vSphere, where the spec has it: by the vCenter and in the datacenter of the machines, with an account of its
 * own. Warns where that is the account by which Slipway itself works.
 */
export function vsphereStorage(
  spec: KubernetesClusterSpec,
  { vsphere: connection, csiPassword: password, privateKey }: ClusterSettings,
  clusterId: pulumi.Input<string>,
): VsphereStorageArgs | undefined {
  const { storage, vsphereStorage: section } = spec.kubernetes;
  if (storage !== "vsphere") return undefined;
  if (
    spec.vsphere === undefined ||
    section === undefined ||
    connection === undefined ||
    password === undefined
  )
    throw new pulumi.RunError("vSphere: no account of the CSI driver is configured");
  const { user } = section;
  const { server, allowUnverifiedSsl } = connection;
  if (user.toLowerCase() === connection.user.toLowerCase()) {
    void pulumi.log.warn(
      `kubernetes.vsphereStorage.user is ${user}, by whom Slipway makes and deletes machines: whoever reads Secrets of the cluster could do so, too; give the driver an account of its own, with the rights in docs/kubernetes.md`,
    );
  }
  return {
    spec: section,
    vcenter: {
      server,
      user,
      password,
      allowUnverifiedSsl,
      datacenter: spec.vsphere.datacenter,
    },
    cluster: spec.name,
    clusterId,
    controlPlanes: Object.values(spec.nodePools)
      .filter(({ role }) => role === "controlPlane")
      .reduce((sum, { count }) => sum + count, 0),
    // The one secret that a cluster's program has of its own accord.
    salt: privateKey,
  };
}
