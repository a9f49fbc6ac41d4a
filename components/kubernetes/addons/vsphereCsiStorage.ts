import * as pulumi from "@pulumi/pulumi";
import type { VsphereStorageSpec } from "../../spec";
import type { ImageSources } from "../images";
import type { Objects } from "../objects";
import { vsphereCsi } from "./vsphereCsi";
import { csiConfig, csiConfigName, type CsiVcenter } from "./vsphereCsiConfig";

export interface VsphereStorageArgs {
  readonly spec: Pick<VsphereStorageSpec, "storagePolicy" | "datastoreUrl">;
  readonly vcenter: CsiVcenter;
  /** Name of the cluster, at most 20 characters. */
  readonly cluster: string;
  /** UID of the cluster: with its name what vCenter knows the cluster's volumes by. */
  readonly clusterId: pulumi.Input<string>;
  readonly controlPlanes: number;
  /** Secret that the name of the driver's configuration is salted with. */
  readonly salt: string;
}

/** Storage on vSphere for one cluster: the objects of its driver, with the configuration that says where and who it is. */
export function vsphereStorage(args: VsphereStorageArgs, sources: ImageSources): Objects {
  const { spec, vcenter, cluster, clusterId, controlPlanes, salt } = args;
  return vsphereCsi(
    {
      ...spec,
      controlPlanes,
      config: csiConfigName(vcenter, salt),
      // A cluster that is made anew under the same name has volumes of its own, and leaves those before it alone.
      configData: pulumi
        .secret(clusterId)
        .apply((id) => base64(csiConfig(vcenter, `${cluster}-${id}`))),
    },
    sources,
  );
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
