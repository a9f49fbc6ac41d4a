import { setTimeout as sleep } from "node:timers/promises";
import { guestinfo, type VsphereConnection } from "../../provider/sdk/shapes";
import { VcenterClient } from "../../provider/vcenter/client";
import type { Reference } from "../../provider/vcenter/soap";
import { failed } from "../exit";
import type { PendingRule, PendingVm } from "./operations";
import type { FoundVm } from "./orphans";

/** A VM and where vCenter has it. */
export interface LocatedVm extends FoundVm {
  readonly reference: Reference;
}

export interface LocatedRule {
  readonly name: string;
  readonly computeCluster: Reference;
  readonly key: number;
}

/** What was found in vCenter. */
export interface Located {
  readonly vms: readonly LocatedVm[];
  readonly rules: readonly LocatedRule[];
}

export interface SettleOptions {
  readonly onWait: (what: string) => void;
  readonly signal: AbortSignal;
}

/** A clone may take as long as this, seconds. */
const taskLimit = 30 * 60;
/**
 * The vSphere plugin of a killed update lives on and ends what it has begun. Before and between its tasks vCenter
 * shows nothing of it: this long nothing must have happened, milliseconds.
 */
const quietTime = 6000;
const pause = 1000;

/** What `recover` asks and does in vCenter. */
export class VcenterView {
  private readonly client: VcenterClient;

  constructor(
    connection: VsphereConnection,
    private readonly datacenter: string,
  ) {
    this.client = new VcenterClient(connection);
  }

  /** The VMs that are the cluster's or stand where one of the pending ones was to be made. */
  async find(cluster: string, pending: readonly PendingVm[]): Promise<readonly LocatedVm[]> {
    const places = await Promise.all(
      pending.map((vm) => this.client.findByInventoryPath(this.pathOf(vm))),
    );
    const taken = new Set(places.flatMap((place) => (place === undefined ? [] : [place.value])));
    const vms = (await this.client.allVms()).map((vm) => ({
      reference: vm.reference,
      name: vm.name,
      uuid: vm.uuid,
      poweredOn: vm.poweredOn,
      created: vm.created,
      cluster: vm.guestinfo[guestinfo.cluster],
      machine: vm.guestinfo[guestinfo.machine],
      atPendingPlace: taken.has(vm.reference.value),
    }));
    return vms.filter((vm) => vm.cluster === cluster || vm.atPendingPlace);
  }

  /** As `find`, once the tasks of a killed update have ended and nothing has changed for a while. */
  async findSettled(
    cluster: string,
    pending: readonly PendingVm[],
    pendingRules: readonly PendingRule[],
    options: SettleOptions,
  ): Promise<Located> {
    const look = async (): Promise<Located> => ({
      vms: await this.find(cluster, pending),
      rules: await this.findRules(pendingRules),
    });
    if (pending.length + pendingRules.length === 0) return look();
    const deadline = performance.now() + taskLimit * 1000;
    let last = "";
    for (let quietSince = performance.now(); ;) {
      const found = await look();
      const busy = await this.runningTasks(found, pending, pendingRules);
      const now = JSON.stringify([found, busy]);
      if (now !== last) quietSince = performance.now();
      if (now !== last && busy.length > 0) options.onWait(busy.join(", "));
      last = now;
      if (busy.length === 0 && performance.now() - quietSince >= quietTime) return found;
      if (performance.now() > deadline) {
        throw failed(
          `vCenter is still at work after ${taskLimit} s: ${busy.join(", ")}; nothing was changed: try again when that has ended`,
        );
      }
      await sleep(pause, undefined, { signal: options.signal });
    }
  }

  /** Rules that stand under the name of a pending one. */
  private async findRules(pending: readonly PendingRule[]): Promise<readonly LocatedRule[]> {
    const found = await Promise.all(
      pending.map(async ({ name, computeClusterId }) => {
        const computeCluster = { type: "ClusterComputeResource", value: computeClusterId };
        const keys = await this.client.ruleKeys(computeCluster, name);
        return keys.map((key) => ({ name, computeCluster, key }));
      }),
    );
    return found.flat();
  }

  async exists(uuid: string): Promise<boolean> {
    return (await this.client.findByUuid(uuid)) !== undefined;
  }

  /** Powers the VM off and destroys it. */
  async remove(vm: LocatedVm, signal: AbortSignal): Promise<void> {
    await this.client.powerOff(vm.reference, signal);
    await this.client.destroy(vm.reference, signal);
  }

  async removeRule(rule: LocatedRule, signal: AbortSignal): Promise<void> {
    await this.client.removeRule(rule.computeCluster, rule.key, signal);
  }

  async close(): Promise<void> {
    await this.client.logout();
  }

  /** Tasks under way on these VMs, on the templates that the pending ones are cloned from, and on clusters with pending rules. */
  private async runningTasks(
    { vms }: Located,
    pending: readonly PendingVm[],
    pendingRules: readonly PendingRule[],
  ): Promise<readonly string[]> {
    const uuids = [...new Set(pending.flatMap(({ templateUuid }) => templateUuid ?? []))];
    const templates = await Promise.all(uuids.map((uuid) => this.client.findByUuid(uuid)));
    const watched = new Set([
      ...[...vms.map(({ reference }) => reference), ...templates].flatMap(
        (one) => one?.value ?? [],
      ),
      ...pendingRules.map(({ computeClusterId }) => computeClusterId),
    ]);
    return (await this.client.recentTasks())
      .filter(({ state }) => state === "queued" || state === "running")
      .filter(({ entity }) => entity !== undefined && watched.has(entity.value))
      .map(({ operation, entityName }) => `${operation} of ${entityName ?? "?"}`);
  }

  private pathOf({ folder, name }: PendingVm): string {
    // In a path, vCenter wants the three characters escaped that it escapes in names.
    const escaped = name.replace(/[%/\\]/g, (character) => encodeURIComponent(character));
    return [this.datacenter, "vm", folder, escaped].filter((part) => part !== "").join("/");
  }
}
