import { RunError, type InvokeOptions } from "@pulumi/pulumi";
import * as vsphere from "@pulumi/vsphere";
import { Unanswered } from "../runtime/unanswered";
import type { VsphereSpec } from "../spec";
import { explainConnection, explainLookUp, type Sought } from "./vcenterError";

/**
 * How long vCenter may take for the first answer, log-in included, in seconds. A vCenter that is well takes one or two;
 * the vSphere provider itself would wait for five minutes.
 */
const patienceSeconds = 60;

/** What a VM can be connected to; a look-up of networks finds distributed switches too. */
const networkTypes = ["Network", "DistributedVirtualPortgroup", "OpaqueNetwork"];

/** The standard template, as far as its clones must be like it. */
export interface Template {
  /** BIOS UUID: another one means another template, whatever its name. */
  readonly uuid: string;
  readonly guestId: string;
  readonly scsiType: string;
  readonly firmware?: string;
  /** Type of its first network card. */
  readonly adapterType?: string;
  /** Addresses that its guest reports: a template has none, as it never runs. */
  readonly addresses: readonly string[];
  readonly disks: readonly {
    readonly size: number;
    readonly thinProvisioned: boolean;
    readonly eagerlyScrub: boolean;
  }[];
}

/** The existing vSphere objects that a cluster is made in. Plain values: nothing waits for them per machine. */
export interface VsphereObjects {
  readonly computeClusterId: string;
  readonly resourcePoolId: string;
  /** Exactly one of `datastoreId` and `datastoreClusterId`. */
  readonly datastoreId?: string;
  readonly datastoreClusterId?: string;
  readonly networkId: string;
  /** Relative to the datacenter's VM folder. */
  readonly folder: string;
  readonly template: Template;
  readonly tagIds: readonly string[];
}

/**
 * Looks up what `vsphere` in `cluster.yml` names, each object once per cluster, the independent ones at once.
 *
 * @param server vCenter's address, for errors.
 * @throws RunError that names every missing or ambiguous object together; a vCenter that can't be asked is named once.
 */
export async function lookUp(
  spec: VsphereSpec,
  server: string,
  options: InvokeOptions,
): Promise<VsphereObjects> {
  const failures = new Failures(server);
  const datacenter = await failures.collect(
    {
      what: "datacenter",
      name: spec.datacenter,
      property: "vsphere.datacenter",
      inventoryPath: `/<folder>/${spec.datacenter}`,
    },
    answerInTime(vsphere.getDatacenter({ name: literally(spec.datacenter) }, options), server),
  );
  failures.throwIfAny();

  const datacenterId = datacenter?.id;
  const here = (what: string, name: string, property: string, below?: string): Sought => ({
    what,
    name,
    where: `datacenter ${spec.datacenter}`,
    property: `vsphere.${property}`,
    inventoryPath: below && `${rooted(spec.datacenter)}/${below}/<folder>/${name}`,
  });
  const { computeCluster, resourcePool, datastore, datastoreCluster, network, folder } = spec;
  const [cluster, pool, store, pod, net, template, , tagIds] = await Promise.all([
    failures.collect(
      here("compute cluster", computeCluster, "computeCluster", "host"),
      vsphere.getComputeCluster({ name: literally(computeCluster), datacenterId }, options),
    ),
    resourcePool === undefined
      ? undefined
      : failures.collect(
          {
            ...here("resource pool", resourcePool, "resourcePool"),
            where: `compute cluster ${computeCluster}`,
            hint: "where the compute cluster is in a folder, vsphere.computeCluster must be its inventory path",
          },
          vsphere.getResourcePool(
            { name: literally(`${computeCluster}/Resources/${resourcePool}`), datacenterId },
            options,
          ),
        ),
    datastore === undefined
      ? undefined
      : failures.collect(
          here("datastore", datastore, "datastore", "datastore"),
          vsphere.getDatastore({ name: literally(datastore), datacenterId }, options),
        ),
    datastoreCluster === undefined
      ? undefined
      : failures.collect(
          here("datastore cluster", datastoreCluster, "datastoreCluster", "datastore"),
          vsphere.getDatastoreCluster({ name: literally(datastoreCluster), datacenterId }, options),
        ),
    failures.collect(
      here("network", network, "network", "network"),
      vsphere.getNetwork({ name: literally(network), datacenterId }, options),
    ),
    failures.collect(
      here("template", spec.template, "template", "vm"),
      vsphere.getVirtualMachine({ name: literally(spec.template), datacenterId }, options),
    ),
    failures.collect(
      {
        ...here("VM folder", folder, "folder"),
        hint: "it is a path below the datacenter's VM folder, as slipway/dev; where the datacenter itself is in a folder, vsphere.datacenter must be its inventory path",
      },
      vsphere.getFolder({ path: literally(`${rooted(spec.datacenter)}/vm/${folder}`) }, options),
    ),
    Promise.all(
      Object.entries(spec.tags).map(([category, tag]) => findTag(category, tag, failures, options)),
    ),
  ]);
  if (net !== undefined && !networkTypes.includes(net.type)) {
    failures.add(
      `vSphere: network ${JSON.stringify(network)} is a switch, not a port group; name one of its port groups in vsphere.network`,
    );
  }
  failures.throwIfAny();
  if (cluster === undefined || net === undefined || template === undefined) {
    throw new RunError("vSphere: a look-up gave no answer; run it again");
  }
  return {
    computeClusterId: cluster.id,
    resourcePoolId: pool?.id ?? cluster.resourcePoolId,
    datastoreId: store?.id,
    datastoreClusterId: pod?.id,
    networkId: net.id,
    folder,
    template: {
      uuid: template.uuid,
      guestId: template.guestId,
      scsiType: template.scsiType,
      firmware: template.firmware,
      ...listsOf(template),
    },
    tagIds: tagIds.flatMap((id) => (id === undefined ? [] : [id])),
  };
}

/** What a look-up may leave out when it is empty, whatever its type says. */
type Lists = Partial<
  Pick<vsphere.GetVirtualMachineResult, "networkInterfaceTypes" | "guestIpAddresses" | "disks">
>;

function listsOf({
  networkInterfaceTypes = [],
  guestIpAddresses = [],
  disks = [],
}: Lists): Pick<Template, "adapterType" | "addresses" | "disks"> {
  return { adapterType: networkInterfaceTypes[0], addresses: guestIpAddresses, disks };
}

/** A name as vSphere's look-ups take it: they read `*`, `?` and `[` as a pattern, which a name in `cluster.yml` is not. */
function literally(name: string): string {
  return name.replace(/[*?[\\]/g, "\\$&");
}

/** An inventory path from the root folder. */
function rooted(inventoryPath: string): string {
  return inventoryPath.startsWith("/") ? inventoryPath : `/${inventoryPath}`;
}

async function answerInTime<T>(answer: Promise<T>, server: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const reason = explainConnection(`no answer within ${patienceSeconds} s`, server);
      reject(new Unanswered(`vSphere: ${reason}`));
    }, patienceSeconds * 1000);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function findTag(
  category: string,
  name: string,
  failures: Failures,
  options: InvokeOptions,
): Promise<string | undefined> {
  const found = await failures.collect(
    { what: "tag category", name: category, property: "vsphere.tags" },
    vsphere.getTagCategory({ name: category }, options),
  );
  if (found === undefined) return undefined;
  const tag = await failures.collect(
    {
      what: "tag",
      name,
      where: `category ${category}`,
      property: `vsphere.tags.${category}`,
    },
    vsphere.getTag({ name, categoryId: found.id }, options),
  );
  return tag?.id;
}

/** What went wrong so far, to be told together, in the order in which it was asked for. */
class Failures {
  private readonly messages: (string | undefined)[] = [];
  private connection: string | undefined;

  constructor(private readonly server: string) {}

  async collect<T>(sought: Sought, answer: Promise<T>): Promise<T | undefined> {
    const place = this.messages.push(undefined) - 1;
    try {
      return await answer;
    } catch (error) {
      if (error instanceof Unanswered) throw error;
      const { kind, message } = explainLookUp(error, sought, this.server);
      if (kind === "connection") this.connection = message;
      else this.messages[place] = message;
      return undefined;
    }
  }

  /** Something else that is wrong, in words for the user. */
  add(message: string): void {
    this.messages.push(message);
  }

  throwIfAny(): void {
    if (this.connection !== undefined) throw new RunError(this.connection);
    const messages = this.messages.filter((message) => message !== undefined);
    if (messages.length > 0) throw new RunError(messages.join("\n"));
  }
}
