import type * as pulumi from "@pulumi/pulumi";
import { existingHosts } from "../components/machines/existingHosts";
import type { Machine } from "../components/machines/machine";
import type { ClusterSpec } from "../components/spec";
import { Provider, type StaticHost } from "../provider/sdk";
import type { ClusterSettings } from "./settings";
import type * as onVsphere from "./vsphere";

/** What an orchestrator stands on. */
export interface Machines {
  readonly machines: readonly Machine[];
  /** Connected to the machines. */
  readonly slipway: pulumi.ProviderResource;
  /** Machines that run an older definition, and in which fields it differs. */
  readonly stale: pulumi.Input<Record<string, readonly string[]>>;
}

/** Machines that exist already, or VMs; what vSphere needs is loaded for VMs only. */
export async function machinesOf(spec: ClusterSpec, settings: ClusterSettings): Promise<Machines> {
  const { vsphere, hosts = [], nodePools } = spec;
  if (vsphere === undefined) {
    const { machines, addressBook } = existingHosts(hosts, nodePools);
    return { machines, slipway: slipwayProvider(spec, settings, addressBook), stale: {} };
  }
  const { vsphereMachines } = module.require("./vsphere") as typeof onVsphere;
  return vsphereMachines(spec, vsphere, settings, slipwayProvider(spec, settings));
}

function slipwayProvider(
  spec: ClusterSpec,
  { identity, privateKey, vsphere }: ClusterSettings,
  hosts?: readonly StaticHost[],
): pulumi.ProviderResource {
  const { user, port } = spec.access;
  return new Provider(spec.name, { cluster: identity, user, port, privateKey, vsphere, hosts });
}
