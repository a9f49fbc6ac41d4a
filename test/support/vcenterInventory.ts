import { setTimeout as sleep } from "node:timers/promises";
import { SoapChannel } from "../../provider/vcenter/channel";
import {
  child,
  children,
  envelope,
  parseAnswer,
  referenceElement,
  referenceOf,
  textOf,
  type Element,
  type Node,
  type Reference,
} from "../../provider/vcenter/soap";

type Parameters = Readonly<Record<string, Element>>;

interface Disk {
  readonly key: number;
  readonly controllerKey: number;
  readonly unitNumber: number;
  /** Empty: vCenter finds a name. */
  readonly fileName: string;
}

const rootFolder: Reference = { type: "Folder", value: "group-d1" };
const searchIndex: Reference = { type: "SearchIndex", value: "SearchIndex" };
const sessionManager: Reference = { type: "SessionManager", value: "SessionManager" };
const propertyCollector: Reference = { type: "PropertyCollector", value: "propertyCollector" };

/** Changes to a lab vCenter's inventory such as its administrator makes: what Slipway itself never does. */
export class VcenterInventory {
  private constructor(private readonly channel: SoapChannel) {}

  /** @param env environment of the lab. */
  static async open(env: Readonly<Record<string, string>>): Promise<VcenterInventory> {
    const inventory = new VcenterInventory(new SoapChannel(env.VSPHERE_SERVER ?? "", true));
    await inventory.call("Login", sessionManager, {
      userName: env.VSPHERE_USER ?? "",
      password: env.VSPHERE_PASSWORD ?? "",
    });
    return inventory;
  }

  close(): void {
    this.channel.close();
  }

  /** The object at a path, `DC0/vm/debian-12`. */
  async find(inventoryPath: string): Promise<Reference> {
    const found = await this.call("FindByInventoryPath", searchIndex, { inventoryPath });
    if (found === undefined) throw new Error(`the lab's vCenter has no ${inventoryPath}`);
    return found;
  }

  /** @param parent path of the folder in which it is made; `/` for the root folder. */
  async folder(parent: string, name: string): Promise<Reference> {
    const above = parent === "/" ? rootFolder : await this.find(parent);
    return made(await this.call("CreateFolder", above, { name }));
  }

  async datacenter(folder: Reference, name: string): Promise<Reference> {
    return made(await this.call("CreateDatacenter", folder, { name }));
  }

  async computeCluster(folder: Reference, name: string): Promise<Reference> {
    return made(await this.call("CreateClusterEx", folder, { name, spec: {} }));
  }

  /** A port group on a distributed switch of its own, both in the folder. */
  async portGroup(folder: Reference, name: string): Promise<void> {
    const configSpec = { "@xsi:type": "VMwareDVSConfigSpec", name: `${name} switch` };
    const dvs = await this.task("CreateDVS_Task", folder, { spec: { configSpec } });
    await this.task("AddDVPortgroup_Task", made(dvs), {
      spec: { name, numPorts: 1, type: "earlyBinding" },
    });
  }

  /** A copy of a VM or template that is in no folder, as a template or not. */
  async copy(
    source: string,
    folder: Reference,
    name: string,
    { template }: { readonly template: boolean },
  ): Promise<Reference> {
    const pool = referenceElement(await this.find("DC0/host/DC0_C0/Resources"));
    const location = { pool };
    const copied = await this.task("CloneVM_Task", await this.find(`DC0/vm/${source}`), {
      folder: referenceElement(folder),
      name,
      spec: { location, template, powerOn: false },
    });
    return made(copied);
  }

  async addDisk(vm: Reference, gib: number): Promise<void> {
    const { controllerKey } = await this.disk(vm);
    await this.changeDisk(vm, gib, {
      spec: { operation: "add", fileOperation: "create" },
      disk: { key: -1, controllerKey, unitNumber: 1, fileName: "" },
    });
  }

  async growDisk(vm: Reference, gib: number): Promise<void> {
    await this.changeDisk(vm, gib, { spec: { operation: "edit" }, disk: await this.disk(vm) });
  }

  async powerOn(vm: Reference): Promise<void> {
    await this.task("PowerOnVM_Task", vm, {});
  }

  private async changeDisk(
    vm: Reference,
    gib: number,
    { spec, disk }: { readonly spec: Parameters; readonly disk: Disk },
  ): Promise<void> {
    const { key, controllerKey, unitNumber, fileName } = disk;
    const backing = {
      "@xsi:type": "VirtualDiskFlatVer2BackingInfo",
      fileName,
      diskMode: "persistent",
      thinProvisioned: true,
    };
    const device = {
      "@xsi:type": "VirtualDisk",
      ...{ key, backing, controllerKey, unitNumber },
      ...{ capacityInKB: gib * 2 ** 20, capacityInBytes: gib * 2 ** 30 },
    };
    await this.task("ReconfigVM_Task", vm, { spec: { deviceChange: { ...spec, device } } });
  }

  /** The one disk of a copy of the template. */
  private async disk(vm: Reference): Promise<Disk> {
    const devices = children(await this.property(vm, "config.hardware.device"), "VirtualDevice");
    const disk = devices.find((device) => textOf(child(device, "@xsi:type")) === "VirtualDisk");
    const number = (name: string) => Number(textOf(child(disk, name)));
    return {
      key: number("key"),
      controllerKey: number("controllerKey"),
      unitNumber: number("unitNumber"),
      fileName: textOf(child(child(disk, "backing"), "fileName")) ?? "",
    };
  }

  private async property(object: Reference, name: string): Promise<Node | undefined> {
    const [answer] = await this.values("RetrievePropertiesEx", propertyCollector, {
      specSet: {
        propSet: { type: object.type, all: false, pathSet: name },
        objectSet: { obj: referenceElement(object), skip: false },
      },
      options: {},
    });
    return child(child(child(answer, "objects"), "propSet"), "val");
  }

  private async task(
    method: string,
    target: Reference,
    parameters: Parameters,
  ): Promise<Reference | undefined> {
    const task = made(await this.call(method, target, parameters));
    for (;;) {
      const value = await this.property(task, "info");
      const state = textOf(child(value, "state"));
      if (state === "success") return referenceOf(child(value, "result"));
      if (state === "error") {
        const reason = textOf(child(child(value, "error"), "localizedMessage"));
        throw new Error(`the lab's vCenter: ${method}: ${reason ?? "failed"}`);
      }
      await sleep(50);
    }
  }

  private async call(
    method: string,
    target: Reference,
    parameters: Parameters,
  ): Promise<Reference | undefined> {
    return referenceOf((await this.values(method, target, parameters))[0]);
  }

  private async values(method: string, target: Reference, parameters: Parameters) {
    const answer = parseAnswer(await this.channel.post(envelope(method, target, parameters)));
    if ("fault" in answer)
      throw new Error(`the lab's vCenter: ${method}: ${answer.fault.name} ${answer.fault.text}`);
    return answer.values;
  }
}

function made(reference: Reference | undefined): Reference {
  if (reference === undefined) throw new Error("the lab's vCenter made nothing");
  return reference;
}
