import type { HostsConfig } from "../sdk/shapes";
import { VcenterClient } from "../vcenter/client";
import { StaticInventory } from "./static";
import type { Inventory } from "./types";
import { VsphereInventory } from "./vsphere";

/** The address book that the provider's configuration names, and how to give its session back. */
export function createInventory(config: HostsConfig): {
  readonly inventory: Inventory;
  readonly close: () => Promise<void>;
} {
  if (config.vsphere !== undefined) {
    const client = new VcenterClient(config.vsphere);
    const inventory = new VsphereInventory(config.vsphere.server, config.cluster, client);
    return { inventory, close: () => client.logout() };
  }
  return {
    inventory: new StaticInventory(config.hosts ?? []),
    close: () => Promise.resolve(),
  };
}
