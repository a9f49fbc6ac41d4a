import { setTimeout as sleep } from "node:timers/promises";
import { guestinfo, type VsphereConnection } from "../sdk/shapes";
import { SoapChannel } from "./channel";
import { faultOf, VcenterFault } from "./failure";
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
} from "./soap";
import { parseTask, type Task } from "./tasks";
import { parseVm, vmFilter, type ClusterVm } from "./virtualMachines";

/** Objects per page of an answer. */
const pageSize = 200;

/** The managers of a vCenter, as its ServiceContent names them. */
interface Services {
  readonly rootFolder: Reference;
  readonly propertyCollector: Reference;
  readonly viewManager: Reference;
  readonly sessionManager: Reference;
  readonly searchIndex: Reference;
  readonly taskManager: Reference;
}

/** The little of vSphere's web services API that Slipway needs itself. A session that was lost is opened once again. */
export class VcenterClient {
  private readonly channel: SoapChannel;
  private session: Promise<Services> | undefined;

  constructor(private readonly connection: VsphereConnection) {
    this.channel = new SoapChannel(connection.server, connection.allowUnverifiedSsl);
  }

  /** All VMs that carry this cluster's identity, powered on or not. */
  async clusterVms(cluster: string): Promise<readonly ClusterVm[]> {
    return (await this.allVms()).filter((vm) => vm.guestinfo[guestinfo.cluster] === cluster);
  }

  /** All VMs that this user may see, whether or not they carry an identity. */
  async allVms(): Promise<readonly ClusterVm[]> {
    const contents = await this.withSession(async (services) => {
      const view = await this.createView(services);
      try {
        return await this.retrieve(services, vmFilter(view));
      } finally {
        await this.call("DestroyView", view).catch(() => undefined);
      }
    });
    return contents.map(parseVm).filter((vm) => vm !== undefined);
  }

  /** The object at an inventory path (`DC0/vm/slipway/lab/lab-managers-0-g1`); `undefined` when nothing is there. */
  async findByInventoryPath(inventoryPath: string): Promise<Reference | undefined> {
    const values = await this.withSession((services) =>
      this.call("FindByInventoryPath", services.searchIndex, { inventoryPath }),
    );
    return referenceOf(values[0]);
  }

  /** Keys of the DRS rules of that name on a compute cluster. */
  async ruleKeys(computeCluster: Reference, name: string): Promise<readonly number[]> {
    const contents = await this.withSession((services) =>
      this.retrieve(services, objectFilter(computeCluster, ["configurationEx"])),
    );
    const configuration = child(child(contents[0], "propSet"), "val");
    return children(configuration, "rule")
      .filter((rule) => textOf(child(rule, "name")) === name)
      .map((rule) => Number(textOf(child(rule, "key"))));
  }

  /** Removes a DRS rule of a compute cluster. */
  async removeRule(computeCluster: Reference, key: number, signal?: AbortSignal): Promise<void> {
    await this.runTask("ReconfigureComputeResource_Task", computeCluster, signal, {
      spec: {
        "@xsi:type": "ClusterConfigSpecEx",
        rulesSpec: {
          operation: "remove",
          removeKey: {
            "@xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
            "@xsi:type": "xsd:int",
            "#text": key,
          },
        },
      },
      modify: true,
    });
  }

  /** The VM with this BIOS UUID, whether or not it carries an identity; `undefined` when vCenter has none. */
  async findByUuid(uuid: string): Promise<Reference | undefined> {
    const values = await this.withSession((services) =>
      this.call("FindByUuid", services.searchIndex, { uuid, vmSearch: true, instanceUuid: false }),
    );
    return referenceOf(values[0]);
  }

  /** Powers the VM off, and is content when it was off. */
  async powerOff(vm: Reference, signal?: AbortSignal): Promise<void> {
    try {
      await this.runTask("PowerOffVM_Task", vm, signal);
    } catch (error) {
      if (error instanceof VcenterFault && error.fault.name === "InvalidPowerState") return;
      throw error;
    }
  }

  /** Destroys a VM that is powered off, with its disks. */
  async destroy(vm: Reference, signal?: AbortSignal): Promise<void> {
    await this.runTask("Destroy_Task", vm, signal);
  }

  /** Tasks that run or ended a short while ago, all that this user may see. */
  async recentTasks(): Promise<readonly Task[]> {
    const contents = await this.withSession((services) =>
      this.retrieve(services, recentTasksFilter(services.taskManager)),
    );
    return contents.map(taskOf);
  }

  async logout(): Promise<void> {
    const session = this.session;
    this.session = undefined;
    try {
      if (session !== undefined) await this.call("Logout", (await session).sessionManager);
    } catch {
      // Sessions that cannot be ended here are ended by vCenter after a while.
    } finally {
      this.channel.close();
    }
  }

  private async runTask(
    method: string,
    target: Reference,
    signal?: AbortSignal,
    parameters?: Readonly<Record<string, Element | undefined>>,
  ): Promise<void> {
    const [started] = await this.withSession(() => this.call(method, target, parameters));
    const reference = referenceOf(started);
    if (reference === undefined) throw new Error(`vCenter ${this.server}: ${method} gave no task`);
    for (let pause = 200; ; pause = Math.min(pause * 1.5, 2000)) {
      const [task] = await this.withSession((services) => this.readTask(services, reference));
      if (task === undefined || task.state === "success") return;
      if (task.state === "error") {
        const fault = { name: task.fault ?? "", text: task.error ?? "", detail: "" };
        throw faultOf(this.server, this.connection.user, method, fault);
      }
      await sleep(pause, undefined, { signal });
    }
  }

  /** The task, or nothing when vCenter has forgotten it. */
  private async readTask(services: Services, reference: Reference): Promise<readonly Task[]> {
    try {
      const contents = await this.retrieve(services, objectFilter(reference, ["info"]));
      return contents.map(taskOf);
    } catch (error) {
      if (error instanceof VcenterFault && error.fault.name === "ManagedObjectNotFound") return [];
      throw error;
    }
  }

  private async createView(services: Services): Promise<Reference> {
    const [answer] = await this.call("CreateContainerView", services.viewManager, {
      container: referenceElement(services.rootFolder),
      type: "VirtualMachine",
      recursive: true,
    });
    const view = referenceOf(answer);
    if (view === undefined) throw new Error(`vCenter ${this.server}: gave no view of its VMs`);
    return view;
  }

  /** ObjectContents of all pages. */
  private async retrieve(services: Services, filter: Element): Promise<readonly Node[]> {
    const contents: Node[] = [];
    let [page] = await this.call("RetrievePropertiesEx", services.propertyCollector, {
      specSet: filter,
      options: { maxObjects: pageSize },
    });
    for (;;) {
      contents.push(...children(page, "objects"));
      const token = textOf(child(page, "token"));
      if (token === undefined) return contents;
      [page] = await this.call("ContinueRetrievePropertiesEx", services.propertyCollector, {
        token,
      });
    }
  }

  private async withSession<T>(work: (services: Services) => Promise<T>): Promise<T> {
    const session = (this.session ??= this.login());
    try {
      return await work(await session);
    } catch (error) {
      // A failed log-in is not kept either: the next call tries again.
      if (this.session === session) this.session = undefined;
      if (!(error instanceof VcenterFault) || error.fault.name !== "NotAuthenticated") {
        if (await isAlive(session)) this.session ??= session;
        throw error;
      }
      this.session ??= this.login();
      return work(await this.session);
    }
  }

  private async login(): Promise<Services> {
    const [content] = await this.call("RetrieveServiceContent", {
      type: "ServiceInstance",
      value: "ServiceInstance",
    });
    const service = (name: string): Reference => {
      const found = referenceOf(child(content, name));
      if (found === undefined) {
        throw new Error(`vCenter ${this.server}: has no ${name}; is it a vCenter?`);
      }
      return found;
    };
    const services: Services = {
      rootFolder: service("rootFolder"),
      propertyCollector: service("propertyCollector"),
      viewManager: service("viewManager"),
      sessionManager: service("sessionManager"),
      searchIndex: service("searchIndex"),
      taskManager: service("taskManager"),
    };
    const { user, password } = this.connection;
    await this.call("Login", services.sessionManager, { userName: user, password });
    return services;
  }

  private async call(
    method: string,
    target: Reference,
    parameters: Readonly<Record<string, Element | undefined>> = {},
  ): Promise<readonly Node[]> {
    const text = await this.channel.post(envelope(method, target, parameters));
    let answer: ReturnType<typeof parseAnswer>;
    try {
      answer = parseAnswer(text);
    } catch {
      throw new Error(
        `vCenter ${this.server}: something answers, but it is no vCenter: check vsphere:vsphereServer`,
      );
    }
    if ("fault" in answer) {
      throw faultOf(this.server, this.connection.user, method, answer.fault);
    }
    return answer.values;
  }

  private get server(): string {
    return this.connection.server;
  }
}

function taskOf(content: Node): Task {
  return parseTask(child(child(content, "propSet"), "val"));
}

function recentTasksFilter(manager: Reference): Element {
  const { type } = manager;
  return {
    propSet: { type: "Task", all: false, pathSet: "info" },
    objectSet: {
      obj: referenceElement(manager),
      skip: true,
      selectSet: { "@xsi:type": "TraversalSpec", type, path: "recentTask", skip: false },
    },
  };
}

function objectFilter(object: Reference, properties: readonly string[]): Element {
  return {
    propSet: { type: object.type, all: false, pathSet: properties },
    objectSet: { obj: referenceElement(object), skip: false },
  };
}

async function isAlive(session: Promise<unknown>): Promise<boolean> {
  return session.then(
    () => true,
    () => false,
  );
}
