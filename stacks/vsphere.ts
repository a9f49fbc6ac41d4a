import * as pulumi from "@pulumi/pulumi";
import * as sdk from "@pulumi/vsphere";
import {
  lookUp,
  parseRoll,
  templateProblems,
  VsphereMachines,
  type Machine,
} from "../components/machines";
import type { ClusterSpec, VsphereSpec } from "../components/spec";
import type { ClusterSettings } from "./settings";

/** The machines of a cluster as VMs, in what vCenter has: looked up first, so that nothing is made before all is found. */
export async function vsphereMachines(
  spec: ClusterSpec,
  vsphere: VsphereSpec,
  { identity, publicKey, vsphere: connection }: ClusterSettings,
  slipway: pulumi.ProviderResource,
): Promise<{
  readonly machines: readonly Machine[];
  readonly slipway: pulumi.ProviderResource;
  readonly stale: pulumi.Output<Record<string, readonly string[]>>;
}> {
  if (connection === undefined) throw new pulumi.RunError("vSphere: no vCenter is configured");
  const { server, user, password, allowUnverifiedSsl } = connection;
  const provider = new sdk.Provider(spec.name, {
    vsphereServer: server,
    user,
    password: pulumi.secret(password),
    allowUnverifiedSsl,
  });
  const objects = await lookUp(vsphere, server, { provider });
  const problems = templateProblems(vsphere, objects.template, spec.nodePools);
  if (problems.length > 0) throw new pulumi.RunError(problems.join("\n"));

  const { machines, stale } = new VsphereMachines(
    spec.name,
    {
      cluster: spec.name,
      clusterId: identity,
      nodePools: spec.nodePools,
      clone: vsphere.clone,
      tags: vsphere.tags,
      os: spec.os,
      user: spec.access.user,
      publicKey,
      objects,
      diskUuid: spec.orchestrator === "kubernetes" && spec.kubernetes.storage === "vsphere",
      roll: parseRoll(process.env.SLIPWAY_ROLL),
    },
    { providers: [provider, slipway] },
  );
  return { machines, slipway, stale };
}
