import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { StaticInventory } from "../../../provider/inventory/static";
import { VsphereInventory, type VmSource } from "../../../provider/inventory/vsphere";
import { guestinfo } from "../../../provider/sdk/shapes";
import type { ClusterVm } from "../../../provider/vcenter/virtualMachines";

const publicKey =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGPKSUTyz1HwHReFVvD5obVsALAgJRNarH4TRpNePnAS root@lab-managers-0-g1";

function vm(
  changes: Partial<ClusterVm> & { readonly info?: Record<string, string> } = {},
): ClusterVm {
  const { info, ...rest } = changes;
  return {
    reference: { type: "VirtualMachine", value: "vm-71" },
    name: "lab-managers-0-g1",
    uuid: "423ac0de-0000-4000-8000-000000000001",
    poweredOn: true,
    address: "10.89.0.10",
    guestinfo: {
      [guestinfo.cluster]: "slipway/lab",
      [guestinfo.machine]: "managers-0",
      [guestinfo.role]: "manager",
      [guestinfo.sshHostKey]: publicKey,
      ...info,
    },
    ...rest,
  };
}

/** vCenter's answers, one after the other; the last one stands. */
function source(...answers: readonly (readonly ClusterVm[])[]): VmSource & { asked: number } {
  return {
    asked: 0,
    clusterVms() {
      const answer = answers[Math.min(this.asked, answers.length - 1)] ?? [];
      this.asked += 1;
      return Promise.resolve(answer);
    },
    findByUuid: (uuid) =>
      Promise.resolve(uuid.endsWith("9") ? { type: "VirtualMachine", value: "vm-99" } : undefined),
  };
}

const inventory = (from: VmSource) => new VsphereInventory("vc.test", "slipway/lab", from);
const ref = { machine: "managers-0" };

describe("machines on vSphere", () => {
  test("are found with address, role and fingerprint", async () => {
    const endpoint = await inventory(source([vm()])).resolve(ref);
    assert.deepEqual(endpoint, {
      machine: "managers-0",
      role: "manager",
      vmUuid: "423ac0de-0000-4000-8000-000000000001",
      address: "10.89.0.10",
      hostKey: "SHA256:qH8baHrA5X0qCBovKCZyM02Q7TFtK4GMqVgOo4TZJAE",
    });
  });

  test("are waited for while they boot", async () => {
    const booting = source(
      [],
      [vm({ address: undefined })],
      [vm({ info: { [guestinfo.sshHostKey]: "" } })],
      [vm()],
    );
    const patient = new VsphereInventory("vc.test", "slipway/lab", booting, {
      cacheTime: 0,
      firstPause: 5,
    });
    assert.equal((await patient.resolve(ref, 20)).address, "10.89.0.10");
    assert.ok(booting.asked >= 4);
  });

  const lacking: readonly [string, readonly ClusterVm[], RegExp][] = [
    [
      "a VM",
      [],
      /^managers-0: after 0 s vCenter vc\.test has no VM with guestinfo\.slipway\.machine "managers-0" of cluster slipway\/lab$/,
    ],
    ["power", [vm({ poweredOn: false })], /VM lab-managers-0-g1 is powered off: power it on/],
    [
      "an address",
      [vm({ address: undefined })],
      /has reported no address: VMware Tools.*DHCP server/,
    ],
    [
      "a host key",
      [vm({ info: { [guestinfo.sshHostKey]: "" } })],
      /runs at 10\.89\.0\.10 but has published no SSH host key.*cloud-init/,
    ],
    [
      "a proper host key",
      [vm({ info: { [guestinfo.sshHostKey]: "hello world" } })],
      /that is no SSH public key: "hello world"/,
    ],
  ];
  for (const [what, vms, says] of lacking) {
    test(`when the time is over, the error says that ${what} is missing`, async () => {
      await assert.rejects(inventory(source(vms)).resolve(ref, 0), { message: says });
    });
  }

  test("of two generations the named UUID counts, otherwise the newest", async () => {
    const next = vm({
      name: "lab-managers-0-g2",
      uuid: "423AC0DE-0000-4000-8000-000000000002",
      address: "10.89.0.11",
    });
    const both = inventory(source([vm(), next]));
    assert.equal((await both.resolve(ref)).address, "10.89.0.11");
    assert.equal((await both.resolve({ ...ref, vmUuid: vm().uuid })).address, "10.89.0.10");
    assert.equal(
      (await both.resolve({ ...ref, vmUuid: next.uuid.toLowerCase() })).address,
      "10.89.0.11",
    );
  });

  test("a VM cloned by hand from one of ours is not taken for it", async () => {
    const copy = vm({ name: "copy of lab-managers-0-g1 (test)", address: "10.89.0.66" });
    const renamed = vm({ name: "other-0-g1", address: "10.89.0.67" });
    const machines = await inventory(source([copy, renamed, vm()])).machines();
    assert.deepEqual(
      machines.map((one) => one.address),
      ["10.89.0.10"],
    );
  });

  test("managers that can be asked now leave out those that are off", async () => {
    const worker = vm({
      name: "lab-workers-0-g1",
      info: { [guestinfo.machine]: "workers-0", [guestinfo.role]: "worker" },
    });
    const off = vm({
      name: "lab-managers-1-g1",
      poweredOn: false,
      info: { [guestinfo.machine]: "managers-1" },
    });
    const managers = await inventory(source([worker, off, vm()])).managers();
    assert.deepEqual(
      managers.map((one) => one.machine),
      ["managers-0"],
    );
  });

  test("one answer of vCenter serves all who ask at the same time", async () => {
    const from = source([vm()]);
    const shared = inventory(from);
    await Promise.all([shared.resolve(ref), shared.machines(), shared.managers()]);
    assert.equal(from.asked, 1);
  });

  test("a VM that lost its identity is present as long as vCenter has its UUID", async () => {
    const empty = inventory(source([]));
    assert.equal(
      await empty.existence({ ...ref, vmUuid: "423ac0de-0000-4000-8000-000000000009" }),
      "present",
    );
    assert.equal(
      await empty.existence({ ...ref, vmUuid: "423ac0de-0000-4000-8000-000000000001" }),
      "absent",
    );
  });

  test("a vCenter that cannot be asked is an error, not an absence", async () => {
    const broken: VmSource = {
      clusterVms: () => Promise.reject(new Error("vCenter vc.test: no answer")),
      findByUuid: () => Promise.reject(new Error("vCenter vc.test: no answer")),
    };
    await assert.rejects(inventory(broken).existence(ref), {
      message: "vCenter vc.test: no answer",
    });
  });

  test("waiting ends when the operation is cancelled", async () => {
    const controller = new AbortController();
    const waiting = inventory(source([])).resolve(ref, 60, controller.signal);
    controller.abort(new Error("cancelled"));
    await assert.rejects(waiting);
  });
});

describe("hosts that exist already", () => {
  const hosts = new StaticInventory([
    { machine: "a", address: "10.1.0.1", role: "manager", hostKey: "SHA256:x" },
    { machine: "b", address: "10.1.0.2", role: "worker", trustOnFirstUse: true },
  ]);
  test("are where cluster.yml says", async () => {
    assert.deepEqual(await hosts.resolve({ machine: "b" }), {
      machine: "b",
      role: "worker",
      address: "10.1.0.2",
      hostKey: undefined,
    });
    assert.deepEqual(
      (await hosts.managers()).map((one) => one.machine),
      ["a"],
    );
  });
  test("are absent when they are listed no more", async () => {
    assert.equal(await hosts.existence({ machine: "c" }), "absent");
    await assert.rejects(hosts.resolve({ machine: "c" }), {
      message: /not among the hosts of cluster\.yml/,
    });
  });
});
