import type { MachineRef, StaticHost } from "../sdk/shapes";
import type { DormantMachine, Endpoint, Existence, Inventory } from "./types";

/** Machines that exist already, as `cluster.yml` lists them. */
export class StaticInventory implements Inventory {
  constructor(private readonly hosts: readonly StaticHost[]) {}

  resolve(ref: MachineRef): Promise<Endpoint> {
    const host = this.hosts.find((one) => one.machine === ref.machine);
    if (host !== undefined) return Promise.resolve(endpointOf(host));
    return Promise.reject(
      new Error(
        `${ref.machine}: is not among the hosts of cluster.yml, so its address is not known`,
      ),
    );
  }

  managers(): Promise<readonly Endpoint[]> {
    return Promise.resolve(this.hosts.filter((host) => host.role !== "worker").map(endpointOf));
  }

  machines(): Promise<readonly Endpoint[]> {
    return Promise.resolve(this.hosts.map(endpointOf));
  }

  /** Only trying tells whether a host can be asked. */
  dormant(): Promise<readonly DormantMachine[]> {
    return Promise.resolve([]);
  }

  /** A host that is not listed any more still stands somewhere, but it is no machine of this cluster. */
  existence(ref: MachineRef): Promise<Existence> {
    const listed = this.hosts.some((host) => host.machine === ref.machine);
    return Promise.resolve(listed ? "present" : "absent");
  }
}

function endpointOf({ machine, role, address, hostKey }: StaticHost): Endpoint {
  return { machine, role, address, hostKey };
}
