import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RunError } from "@pulumi/pulumi";
import { inputsOfGeneration } from "../../../components/machines/virtualMachine";
import { clusterYml, emptyDatacenter, lookUpError, lookUps, runCluster } from "./support/cluster";
import { inventory, resource, type Run } from "./support/program";

const roll = (content: object) => ({ SLIPWAY_ROLL: JSON.stringify(content) });
const decoded = (value: unknown) => Buffer.from(String(value), "base64").toString();
const extraConfig = (inputs: Readonly<Record<string, unknown>>) =>
  inputs.extraConfig as Record<string, string>;

const perMachine = (name: string) => [
  `slipway:index:Engine ${name}`,
  `slipway:index:Host ${name}`,
  `slipway:index:SwarmNode ${name}`,
  `vsphere:index/virtualMachine:VirtualMachine ${name}`,
];

/** A disk of the template's format, with the provider's own defaults. */
const providersDisk = {
  thinProvisioned: true,
  eagerlyScrub: false,
  controllerType: "scsi",
  diskMode: "persistent",
  diskSharing: "sharingNone",
  ioLimit: -1,
  ioShareLevel: "normal",
};

describe("a cluster of three managers and two workers", () => {
  test("is exactly these resources", async () => {
    const managers = ["lab-managers-0", "lab-managers-1", "lab-managers-2"];
    assert.deepEqual(
      inventory(await runCluster()),
      [
        "pulumi:providers:slipway lab",
        "pulumi:providers:vsphere lab",
        "slipway:machines:VsphereMachines lab",
        "slipway:machines:NodePool lab-managers",
        "slipway:machines:NodePool lab-workers",
        "slipway:index:NodePoolGenerations lab-managers",
        "slipway:index:NodePoolGenerations lab-workers",
        "slipway:docker:DockerHosts lab",
        "slipway:index:DockerApiAuthority lab",
        "slipway:swarm:Swarm lab",
        "slipway:index:SwarmCluster lab",
        "vsphere:index/computeClusterVmAntiAffinityRule:ComputeClusterVmAntiAffinityRule lab-managers",
        ...managers.flatMap((name) => [...perMachine(name), `slipway:index:DockerApi ${name}`]),
        ...["lab-workers-0", "lab-workers-1"].flatMap(perMachine),
      ].sort(),
    );
  });

  test("looks each vSphere object up once, however many machines there are", async () => {
    const { calls } = await runCluster();
    assert.deepEqual([...calls].sort(), [
      "vsphere:index/getComputeCluster:getComputeCluster",
      "vsphere:index/getDatacenter:getDatacenter",
      "vsphere:index/getDatastore:getDatastore",
      "vsphere:index/getFolder:getFolder",
      "vsphere:index/getNetwork:getNetwork",
      "vsphere:index/getVirtualMachine:getVirtualMachine",
    ]);
  });

  test("clones each VM from the template with the pool's size and its cluster's identity", async () => {
    const vm = resource(await runCluster(), "VirtualMachine", "lab-managers-0");
    const { extraConfig: config, ...inputs } = vm.inputs;
    assert.deepEqual(inputs, {
      name: "lab-managers-0-g1",
      folder: "slipway/lab",
      resourcePoolId: "resgroup-root",
      datastoreId: "datastore-1",
      numCpus: 1,
      memory: 1024,
      guestId: "debian12_64Guest",
      scsiType: "pvscsi",
      firmware: "efi",
      networkInterfaces: [
        {
          networkId: "network-1",
          adapterType: "vmxnet3",
          bandwidthLimit: -1,
          bandwidthShareLevel: "normal",
        },
      ],
      disks: [{ ...providersDisk, label: "disk0", unitNumber: 0, size: 8 }],
      clone: { templateUuid: "template-uuid", timeout: 30 },
      waitForGuestNetTimeout: 0,
      waitForGuestIpTimeout: 0,
    });
    const guest = config as Record<string, string>;
    assert.equal(guest["guestinfo.slipway.cluster"], "slipway/lab");
    assert.equal(guest["guestinfo.slipway.machine"], "managers-0");
    assert.equal(guest["guestinfo.slipway.role"], "manager");
    assert.equal(
      decoded(guest["guestinfo.metadata"]),
      "instance-id: lab-managers-0-g1\nlocal-hostname: lab-managers-0-g1\n",
    );
    assert.match(decoded(guest["guestinfo.userdata"]), /^#cloud-config\n/);
    assert.match(vm.provider, /\bpulumi:providers:vsphere::lab::/);
    assert.equal(vm.parent, "lab-managers");
  });

  test("puts no secret into guestinfo", async () => {
    const run = await runCluster();
    for (const { type, inputs } of run.resources) {
      if (!type.endsWith("VirtualMachine")) continue;
      const text = Object.values(extraConfig(inputs)).map(decoded).join("\n");
      assert.doesNotMatch(text, /PRIVATE KEY|secret/);
    }
  });

  test("keeps managers on distinct ESX hosts by a rule that a small vSphere cluster can break", async () => {
    const rule = resource(await runCluster(), "ComputeClusterVmAntiAffinityRule", "lab-managers");
    assert.deepEqual(rule.inputs, {
      name: "lab-managers",
      computeClusterId: "domain-c1",
      virtualMachineIds: ["lab-managers-0-id", "lab-managers-1-id", "lab-managers-2-id"],
      mandatory: false,
    });
  });

  test("forms the Swarm when the managers are ready, and lets workers install meanwhile", async () => {
    const run = await runCluster();
    const depends = (type: string, name: string) =>
      resource(run, type, name)
        .dependencies.map((urn) => urn.split("::").slice(2).join(" "))
        .map((text) => text.replace(/^.*[$:]/, ""))
        .sort();
    assert.deepEqual(depends("SwarmCluster", "lab"), [
      "DockerApi lab-managers-0",
      "DockerApi lab-managers-1",
      "DockerApi lab-managers-2",
      "Engine lab-managers-0",
      "Engine lab-managers-1",
      "Engine lab-managers-2",
    ]);
    assert.deepEqual(depends("Engine", "lab-workers-0"), [
      "Host lab-workers-0",
      "VirtualMachine lab-workers-0",
    ]);
    assert.deepEqual(depends("SwarmNode", "lab-workers-0"), [
      "Engine lab-workers-0",
      "SwarmCluster lab",
      "VirtualMachine lab-workers-0",
    ]);
  });

  test("gives the nodes the labels of their pool", async () => {
    const { inputs } = resource(await runCluster(), "SwarmNode", "lab-workers-1");
    assert.deepEqual(inputs, {
      machine: "workers-1",
      vmUuid: "uuid-of-lab-workers-1",
      clusterId: "swarm-id",
      role: "worker",
      labels: { zone: "a" },
      availability: "active",
      ephemeralVolumes: false,
    });
  });

  test("tells addresses, endpoints, common kernel features and stale machines", async () => {
    const { outputs } = await runCluster();
    assert.deepEqual(outputs, {
      orchestrator: "swarm",
      name: "lab",
      version: "1.0.0",
      clusterId: "swarm-id",
      managers: {
        "managers-0": "address-of-lab-managers-0",
        "managers-1": "address-of-lab-managers-1",
        "managers-2": "address-of-lab-managers-2",
      },
      workers: {
        "workers-0": "address-of-lab-workers-0",
        "workers-1": "address-of-lab-workers-1",
      },
      sshUser: "ops",
      features: { ipvs: false, esp: true, vxlan: true, overlayfs: true, ipset: true },
      encryptOverlays: false,
      staleMachines: { "workers-1": ["numCpus"] },
      dockerEndpoints: [
        "tcp://address-of-lab-managers-0:2376",
        "tcp://address-of-lab-managers-1:2376",
        "tcp://address-of-lab-managers-2:2376",
      ],
      dockerCaCertificate: "ca",
      dockerClientCertificate: "client",
      dockerClientKey: "client-key",
    });
  });
});

test("a third worker is one machine more and changes no other", async () => {
  const two = await runCluster();
  const three = await runCluster({ yml: clusterYml.replace("count: 2", "count: 3") });
  const before = new Set(inventory(two));
  assert.deepEqual(
    inventory(three).filter((one) => !before.has(one)),
    perMachine("lab-workers-2"),
  );
  const inputs = (run: typeof two) =>
    new Map(run.resources.map((one) => [`${one.type} ${one.name}`, one.inputs]));
  const grown = inputs(three);
  for (const [name, before] of inputs(two)) {
    if (name !== "slipway:index:NodePoolGenerations lab-workers")
      assert.deepEqual(grown.get(name), before, name);
  }
});

describe("roll", () => {
  test("without one, nothing that would replace or restart a VM is applied", async () => {
    const run = await runCluster();
    for (const { type, ignoreChanges } of run.resources) {
      if (type.endsWith("VirtualMachine")) assert.deepEqual(ignoreChanges, inputsOfGeneration);
    }
  });

  test("applies to the named machine only", async () => {
    const env = roll({ machine: "managers-1", token: "t1" });
    const run = await runCluster({ env });
    const rolled = resource(run, "VirtualMachine", "lab-managers-1");
    assert.deepEqual(rolled.ignoreChanges, []);
    assert.equal(rolled.deleteBeforeReplace, false);
    assert.equal(rolled.inputs.name, "lab-managers-1-g2");
    const record = resource(run, "NodePoolGenerations", "lab-managers");
    assert.deepEqual(record.inputs.roll, { machine: "managers-1", token: "t1" });
    const other = resource(run, "VirtualMachine", "lab-managers-0");
    assert.deepEqual(other.ignoreChanges, inputsOfGeneration);
    assert.equal(resource(run, "NodePoolGenerations", "lab-workers").inputs.roll, undefined);
  });

  test("leaves the other machines independent of the record, which it targets with all dependents", async () => {
    const dependents = (run: Run) => {
      const [pool, vm] = ["NodePoolGenerations", "VirtualMachine"];
      return run.resources
        .filter(({ dependencies }) => dependencies.some((urn) => urn.includes(`:${pool}::`)))
        .map(({ type, name }) => `${type.slice(type.lastIndexOf(":") + 1)} ${name}`)
        .filter((one) => one.startsWith(`${vm} lab-managers`));
    };
    assert.deepEqual(dependents(await runCluster()), [
      "VirtualMachine lab-managers-0",
      "VirtualMachine lab-managers-1",
      "VirtualMachine lab-managers-2",
    ]);
    const env = roll({ machine: "managers-1", token: "t1" });
    assert.deepEqual(dependents(await runCluster({ env })), []);
  });

  test("takes the given address, and lets the old machine go first where it is told so", async () => {
    const env = roll({
      machine: "managers-1",
      token: "t1",
      address: "10.1.0.14",
      deleteFirst: true,
    });
    const run = await runCluster({ env });
    assert.equal(resource(run, "VirtualMachine", "lab-managers-1").deleteBeforeReplace, true);
    const { inputs } = resource(run, "NodePoolGenerations", "lab-managers");
    assert.equal((inputs.roll as { address: string }).address, "10.1.0.14");
  });
});

describe("options of a pool", () => {
  test("static addresses go to the machines in order of ordinal", async () => {
    const network =
      "network: { addresses: [10.1.0.11, 10.1.0.12, 10.1.0.13], prefixLength: 24, gateway: 10.1.0.1 }";
    const run = await runCluster({ yml: clusterYml.replace("labels:", `${network}, labels:`) });
    const record = resource(run, "NodePoolGenerations", "lab-workers");
    assert.deepEqual(record.inputs.addresses, ["10.1.0.11", "10.1.0.12", "10.1.0.13"]);
    const { inputs } = resource(run, "VirtualMachine", "lab-workers-1");
    assert.match(decoded(extraConfig(inputs)["guestinfo.metadata"]), /- 10\.1\.0\.12\/24\n/);
  });

  test("a data disk outlives its machine unless the pool says otherwise", async () => {
    const disk = (run: Awaited<ReturnType<typeof runCluster>>) =>
      (resource(run, "VirtualMachine", "lab-workers-0").inputs.disks as object[])[1];
    const pool = (text: string) => clusterYml.replace("labels:", `${text}, labels:`);
    const expected = { ...providersDisk, label: "data", unitNumber: 1, size: 50 };
    assert.deepEqual(disk(await runCluster({ yml: pool("dataDiskGiB: 50") })), {
      ...expected,
      keepOnRemove: true,
    });
    assert.deepEqual(
      disk(await runCluster({ yml: pool("dataDiskGiB: 50, keepDataDisk: false") })),
      { ...expected, keepOnRemove: false },
    );
  });

  test("a pool of one machine has no rule: there is nothing to keep apart", async () => {
    const run = await runCluster({ yml: clusterYml.replace("count: 3", "count: 1") });
    assert.ok(!inventory(run).some((one) => one.includes("AntiAffinity")));
  });

  test("encrypted overlays ask every host for ESP", async () => {
    const run = await runCluster({ yml: `${clusterYml}swarm: { encryptOverlays: true }\n` });
    const { inputs } = resource(run, "Host", "lab-workers-0");
    assert.deepEqual((inputs.requirements as { features: string[] }).features, [
      "overlayfs",
      "vxlan",
      "esp",
    ]);
  });

  test("autolock gives its key as an output", async () => {
    const run = await runCluster({ yml: `${clusterYml}swarm: { autolock: true }\n` });
    assert.equal(run.outputs.unlockKey, "unlock");
  });
});

describe("options of vSphere", () => {
  const vsphere = (from: string, to: string) => ({ yml: clusterYml.replace(from, to) });

  test("a resource pool is looked for inside the compute cluster", async () => {
    const run = await runCluster(vsphere("datastore:", "resourcePool: containers\n  datastore:"));
    const { inputs } = resource(run, "VirtualMachine", "lab-workers-0");
    assert.equal(inputs.resourcePoolId, "resgroup DC0_C0/Resources/containers");
  });

  test("a datastore cluster takes the place of a datastore", async () => {
    const run = await runCluster(vsphere("datastore: LocalDS_0", "datastoreCluster: pod"));
    const { inputs } = resource(run, "VirtualMachine", "lab-workers-0");
    assert.equal(inputs.datastoreClusterId, "group-p1");
    assert.equal(inputs.datastoreId, undefined);
  });

  test("tags are put on every VM", async () => {
    const run = await runCluster(
      vsphere("template: debian-12", "template: debian-12\n  tags: { owner: platform }"),
    );
    const { inputs } = resource(run, "VirtualMachine", "lab-workers-0");
    assert.deepEqual(inputs.tags, ["tag platform of category owner"]);
  });

  test("a linked clone is asked for as such", async () => {
    const run = await runCluster({
      yml: clusterYml
        .replace("template: debian-12", "template: debian-12\n  clone: linked")
        .replaceAll("diskGiB: 8", "diskGiB: 6"),
    });
    const { inputs } = resource(run, "VirtualMachine", "lab-workers-0");
    assert.deepEqual(inputs.clone, {
      templateUuid: "template-uuid",
      timeout: 30,
      linkedClone: true,
    });
  });
});

describe("existing hosts", () => {
  const yml = clusterYml
    .replace(/vsphere:\n( {2}.*\n)+/, "")
    .replace(/count: \d, /g, "")
    .concat(
      "hosts:\n",
      "  - { address: 10.3.0.1, pool: managers, hostKey: 'SHA256:uNiVztksCsDhcc0u9e8BrJXVU5p2m7ZBmh3QxIJtkUo' }\n",
      "  - { address: 10.3.0.2, pool: workers, name: press, trustOnFirstUse: true }\n",
    );

  test("are reached by their own addresses, without vSphere and without its settings", async () => {
    const env = { VSPHERE_SERVER: undefined, VSPHERE_USER: undefined, VSPHERE_PASSWORD: undefined };
    const run = await runCluster({ yml, lookUps: {}, env });
    assert.deepEqual(run.calls, []);
    assert.ok(!inventory(run).some((one) => /vsphere|NodePoolGenerations/.test(one)));
    const provider = resource(run, "slipway", "lab");
    assert.deepEqual(JSON.parse(String(provider.inputs.hosts)), [
      {
        machine: "managers-10.3.0.1",
        address: "10.3.0.1",
        role: "manager",
        hostKey: "SHA256:uNiVztksCsDhcc0u9e8BrJXVU5p2m7ZBmh3QxIJtkUo",
      },
      { machine: "press", address: "10.3.0.2", role: "worker", trustOnFirstUse: true },
    ]);
    const { inputs } = resource(run, "SwarmNode", "lab-press");
    assert.equal(inputs.machine, "press");
    assert.equal(inputs.vmUuid, undefined);
    assert.deepEqual(run.outputs.staleMachines, {});
  });
});

describe("before anything is made", () => {
  const refused = async (options: Parameters<typeof runCluster>[0]) => {
    try {
      await runCluster(options);
    } catch (error) {
      assert.ok(RunError.isInstance(error), `${String(error)} would show a stack trace`);
      return error.message;
    }
    return assert.fail("was accepted");
  };

  test("names every missing vSphere object in one error", async () => {
    const message = await refused({
      yml: clusterYml.replace("template: debian-12", "template: debian-12\n  tags: { owner: x }"),
      lookUps: emptyDatacenter,
    });
    const lines = message.split("\n");
    assert.deepEqual(
      lines.map((line) => line.replace(/;.*/, "")),
      [
        'vSphere: compute cluster "DC0_C0" was not found in datacenter DC0',
        'vSphere: datastore "LocalDS_0" was not found in datacenter DC0',
        'vSphere: network "VM Network" was not found in datacenter DC0',
        'vSphere: template "debian-12" was not found in datacenter DC0',
        'vSphere: VM folder "slipway/lab" was not found in datacenter DC0',
        'vSphere: tag category "owner" was not found',
      ],
    );
    assert.match(lines[0] ?? "", /; correct vsphere\.computeCluster in the cluster's file/);
  });

  test("says once that vCenter refuses the login", async () => {
    const answer = () => {
      throw lookUpError("error setting up new vSphere SOAP client: ServerFaultCode: Login failure");
    };
    const message = await refused({
      lookUps: Object.fromEntries(Object.keys(lookUps).map((token) => [token, answer])),
    });
    assert.match(message, /^vSphere: vCenter vcenter\.example\.com refuses the login; correct /);
    assert.equal(message.split("\n").length, 1);
  });

  test("says that the template's disk does not fit the pools", async () => {
    const message = await refused({ yml: clusterYml.replaceAll("diskGiB: 8", "diskGiB: 5") });
    assert.match(message, /nodePools\.managers\.diskGiB is 5, make it at least 6\n.*workers/);
  });

  test("names every missing setting in one error", async () => {
    const message = await refused({
      env: {
        VSPHERE_SERVER: undefined,
        VSPHERE_PASSWORD: "",
        SLIPWAY_SSH_PRIVATE_KEY_FILE: undefined,
      },
    });
    assert.match(message, /^no SSH key is set; make one with .*\n/);
    assert.match(
      message,
      /vSphere: VSPHERE_SERVER is not set; .*pulumi config set vsphere:vsphereServer`/,
    );
    assert.match(
      message,
      /VSPHERE_PASSWORD is not set; .*pulumi config set --secret vsphere:password`/,
    );
    assert.equal(message.split("\n").length, 3);
  });
});
