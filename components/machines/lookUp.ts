import { RunError, type InvokeOptions } from "@pulumi/pulumi";
import * as vsphere from "@pulumi/vsphere";
import type { VsphereSpec } from "../spec";
import { explainLookUp, type Sought } from "./vcenterError";

/** The standard template, as far as its clones must be like it. */
export interface Template {
  /** BIOS UUID: another one means another template, whatever its name. */
  readonly uuid: string;
  readonly guestId: string;
  readonly scsiType: string;
  readonly firmware?: string;
  /** Type of its first network card. */
  readonly adapterType?: string;
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
    { what: "datacenter", name: spec.datacenter, property: "vsphere.datacenter" },
    vsphere.getDatacenter({ name: spec.datacenter }, options),
  );
  failures.throwIfAny();

  const datacenterId = datacenter?.id;
  const here = (what: string, name: string, property: string): Sought => ({
    what,
    name,
    where: `datacenter ${spec.datacenter}`,
    property: `vsphere.${property}`,
  });
  const { computeCluster, resourcePool, datastore, datastoreCluster, network, folder } = spec;
  const [cluster, pool, store, pod, net, template, , tagIds] = await Promise.all([
    failures.collect(
      here("compute cluster", computeCluster, "computeCluster"),
      vsphere.getComputeCluster({ name: computeCluster, datacenterId }, options),
    ),
    resourcePool === undefined
      ? undefined
      : failures.collect(
          {
            ...here("resource pool", resourcePool, "resourcePool"),
            where: `compute cluster ${computeCluster}`,
          },
          vsphere.getResourcePool(
            { name: `${computeCluster}/Resources/${resourcePool}`, datacenterId },
            options,
          ),
        ),
    datastore === undefined
      ? undefined
      : failures.collect(
          here("datastore", datastore, "datastore"),
          vsphere.getDatastore({ name: datastore, datacenterId }, options),
        ),
    datastoreCluster === undefined
      ? undefined
      : failures.collect(
          here("datastore cluster", datastoreCluster, "datastoreCluster"),
          vsphere.getDatastoreCluster({ name: datastoreCluster, datacenterId }, options),
        ),
    failures.collect(
      here("network", network, "network"),
      vsphere.getNetwork({ name: network, datacenterId }, options),
    ),
    failures.collect(
      here("template", spec.template, "template"),
      vsphere.getVirtualMachine({ name: spec.template, datacenterId }, options),
    ),
    failures.collect(
      here("VM folder", folder, "folder"),
      vsphere.getFolder({ path: `/${spec.datacenter}/vm/${folder}` }, options),
    ),
    Promise.all(
      Object.entries(spec.tags).map(([category, tag]) => findTag(category, tag, failures, options)),
    ),
  ]);
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
      adapterType: template.networkInterfaceTypes[0],
      disks: template.disks,
    },
    tagIds: tagIds.flatMap((id) => (id === undefined ? [] : [id])),
  };
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
      const { kind, message } = explainLookUp(error, sought, this.server);
      if (kind === "connection") this.connection = message;
      else this.messages[place] = message;
      return undefined;
    }
  }

  throwIfAny(): void {
    if (this.connection !== undefined) throw new RunError(this.connection);
    const messages = this.messages.filter((message) => message !== undefined);
    if (messages.length > 0) throw new RunError(messages.join("\n"));
  }
}
