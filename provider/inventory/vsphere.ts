import { setTimeout as sleep } from "node:timers/promises";
import { guestinfo, type MachineRef } from "../sdk/shapes";
import { fingerprintOfLine } from "../transport/fingerprint";
import type { Reference } from "../vcenter/soap";
import type { ClusterVm } from "../vcenter/virtualMachines";
import type { DormantMachine, Endpoint, Existence, Inventory } from "./types";

/** What the inventory needs of vCenter. */
export interface VmSource {
  clusterVms(cluster: string): Promise<readonly ClusterVm[]>;
  findByUuid(uuid: string): Promise<Reference | undefined>;
}

/** How often vCenter is asked, milliseconds. */
export interface Pace {
  /** How long one answer serves all who ask: many resources ask at once. Default 1500. */
  readonly cacheTime: number;
  /** First pause while waiting for a machine; each is longer than the one before, up to 5 s. Default 500. */
  readonly firstPause: number;
}
const defaultPace: Pace = { cacheTime: 1500, firstPause: 500 };
/** Time for a VM that was just cloned to boot and to report address and host key, seconds. */
const bootLimit = 300;

/** Machines as vCenter knows them now: VMs that carry the cluster's identity in guestinfo. */
export class VsphereInventory implements Inventory {
  private cached: { readonly at: number; readonly vms: Promise<readonly ClusterVm[]> } | undefined;

  constructor(
    private readonly server: string,
    private readonly cluster: string,
    private readonly source: VmSource,
    private readonly pace: Pace = defaultPace,
  ) {}

  async resolve(
    ref: MachineRef,
    timeoutSeconds = bootLimit,
    signal?: AbortSignal,
  ): Promise<Endpoint> {
    const deadline = performance.now() + timeoutSeconds * 1000;
    for (let pause = this.pace.firstPause; ; pause = Math.min(pause * 1.5, 5000)) {
      signal?.throwIfAborted();
      const vm = newestOf(await this.vms(), ref);
      const reading = read(vm);
      if ("endpoint" in reading) return reading.endpoint;
      if (performance.now() + pause > deadline) {
        throw new Error(
          `${ref.machine}: after ${timeoutSeconds} s ${vm === undefined ? this.describeMissing(ref) : `VM ${vm.name} ${reading.missing}`}`,
        );
      }
      await sleep(pause, undefined, { signal });
    }
  }

  async managers(): Promise<readonly Endpoint[]> {
    return (await this.machines()).filter((endpoint) => endpoint.role !== "worker");
  }

  async machines(): Promise<readonly Endpoint[]> {
    return (await this.vms())
      .map(read)
      .flatMap((reading) => ("endpoint" in reading ? [reading.endpoint] : []));
  }

  async dormant(): Promise<readonly DormantMachine[]> {
    return (await this.vms()).flatMap((vm) => {
      const reading = read(vm);
      if ("endpoint" in reading) return [];
      return [
        { machine: machineOf(vm), role: roleOf(vm), reason: `VM ${vm.name} ${reading.missing}` },
      ];
    });
  }

  /** A VM that lost its identity is still there: its UUID is looked up before anything is called absent. */
  async existence(ref: MachineRef): Promise<Existence> {
    this.cached = undefined;
    if (newestOf(await this.vms(), ref) !== undefined) return "present";
    if (ref.vmUuid === undefined) return "absent";
    return (await this.source.findByUuid(ref.vmUuid)) === undefined ? "absent" : "present";
  }

  private async vms(): Promise<readonly ClusterVm[]> {
    const now = performance.now();
    if (this.cached === undefined || now - this.cached.at > this.pace.cacheTime) {
      const vms = this.source.clusterVms(this.cluster);
      this.cached = { at: now, vms };
      vms.catch(() => (this.cached = undefined));
    }
    return (await this.cached.vms).filter(isGenuine);
  }

  private describeMissing(ref: MachineRef): string {
    const which = ref.vmUuid === undefined ? "" : ` and UUID ${ref.vmUuid}`;
    return `vCenter ${this.server} has no VM with ${guestinfo.machine} "${ref.machine}"${which} of cluster ${this.cluster}`;
  }
}

/**
 * Guests can write their own guestinfo, and a VM that was cloned by hand has that of its original. The name
 * is vCenter's: only `…<machine>-g<generation>` is that machine.
 */
function isGenuine(vm: ClusterVm): boolean {
  const machine = vm.guestinfo[guestinfo.machine];
  if (machine === undefined) return false;
  const generation = /-g\d+$/.exec(vm.name);
  if (generation === null) return false;
  const bare = vm.name.slice(0, generation.index);
  return bare === machine || bare.endsWith(`-${machine}`);
}

/** The VM with the UUID; without one, the newest VM of that machine, a running one before one that is off. */
function newestOf(vms: readonly ClusterVm[], ref: MachineRef): ClusterVm | undefined {
  const same = vms.filter((vm) => vm.guestinfo[guestinfo.machine] === ref.machine);
  if (ref.vmUuid !== undefined) {
    return same.find((vm) => vm.uuid.toLowerCase() === ref.vmUuid?.toLowerCase());
  }
  return [...same].sort(
    (a, b) => Number(b.poweredOn) - Number(a.poweredOn) || generationOf(b) - generationOf(a),
  )[0];
}

function generationOf(vm: ClusterVm): number {
  return Number(/\d+$/.exec(vm.name)?.[0] ?? 0);
}

function machineOf(vm: ClusterVm): string {
  return vm.guestinfo[guestinfo.machine] ?? vm.name;
}

function roleOf(vm: ClusterVm): Endpoint["role"] {
  const role = vm.guestinfo[guestinfo.role];
  return role === "manager" || role === "controlPlane" ? role : "worker";
}

/** The endpoint of a VM, or what it lacks to be one. */
function read(
  vm: ClusterVm | undefined,
): { readonly endpoint: Endpoint } | { readonly missing: string } {
  if (vm === undefined) return { missing: "does not exist" };
  if (!vm.poweredOn) return { missing: "is powered off: power it on" };
  if (vm.address === undefined) {
    return {
      missing:
        "has reported no address: VMware Tools (open-vm-tools) do not run in it, or its network card got no address (DHCP server, network of the port group, static address)",
    };
  }
  const published = vm.guestinfo[guestinfo.sshHostKey];
  if (published === undefined || published === "") {
    return {
      missing: `runs at ${vm.address} but has published no SSH host key in ${guestinfo.sshHostKey}: cloud-init did not finish (see /var/log/cloud-init-output.log on its console), or the guest may not write guestinfo`,
    };
  }
  const hostKey = fingerprintOfLine(published);
  if (hostKey === undefined) {
    return {
      missing: `has published something in ${guestinfo.sshHostKey} that is no SSH public key: ${JSON.stringify(published.slice(0, 80))}`,
    };
  }
  return {
    endpoint: {
      machine: machineOf(vm),
      role: roleOf(vm),
      vmUuid: vm.uuid,
      address: vm.address,
      hostKey,
    },
  };
}
