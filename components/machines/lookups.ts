import * as vsphere from "@pulumi/vsphere";
import type * as pulumi from "@pulumi/pulumi";
import type { VsphereSpec } from "../spec";
import { explain, LookupError } from "./lookupError";

/** What machines need to know of the existing inventory: looked up once per cluster, never created. */
export interface Inventory {
  readonly datacenterId: string;
  readonly computeClusterId: string;
  readonly resourcePoolId: string;
  readonly datastoreId?: string;
  readonly datastoreClusterId?: string;
  readonly networkId: string;
  readonly folder: string;
  readonly template: vsphere.GetVirtualMachineResult;
  readonly tagIds: readonly string[];
}

/**
 * Looks up everything that the spec names.
 * @throws LookupError naming every object that is missing, or the one reason why vCenter could not be asked.
 */
export async function lookUp(spec: VsphereSpec, opts: pulumi.InvokeOptions): Promise<Inventory> {
  const datacenter = await vsphere
    .getDatacenter({ name: spec.datacenter }, opts)
    .catch((error: unknown) => {
      throw new LookupError([explain(`datacenter "${spec.datacenter}"`, error)]);
    });
  const problems: string[] = [];
  const find = async <T>(what: string, asked: Promise<T>): Promise<T | undefined> =>
    asked.catch((error: unknown) => {
      problems.push(explain(`${what} in datacenter "${spec.datacenter}"`, error));
      return undefined;
    });
  const datacenterId = datacenter.id;
  const [cluster, pool, datastore, datastoreCluster, network, folder, template, tagIds] =
    await Promise.all([
      find(
        `compute cluster "${spec.computeCluster}"`,
        vsphere.getComputeCluster({ name: spec.computeCluster, datacenterId }, opts),
      ),
      spec.resourcePool !== undefined
        ? find(
            `resource pool "${spec.resourcePool}" of compute cluster "${spec.computeCluster}"`,
            vsphere.getResourcePool(
              { name: `${spec.computeCluster}/Resources/${spec.resourcePool}`, datacenterId },
              opts,
            ),
          )
        : undefined,
      spec.datastore !== undefined
        ? find(
            `datastore "${spec.datastore}"`,
            vsphere.getDatastore({ name: spec.datastore, datacenterId }, opts),
          )
        : undefined,
      spec.datastoreCluster !== undefined
        ? find(
            `datastore cluster "${spec.datastoreCluster}"`,
            vsphere.getDatastoreCluster({ name: spec.datastoreCluster, datacenterId }, opts),
          )
        : undefined,
      find(
        `network "${spec.network}"`,
        vsphere.getNetwork({ name: spec.network, datacenterId }, opts),
      ),
      find(
        `VM folder "${spec.folder}"`,
        vsphere.getFolder({ path: `/${spec.datacenter}/vm/${spec.folder}` }, opts),
      ),
      find(
        `template "${spec.template}"`,
        vsphere.getVirtualMachine({ name: spec.template, datacenterId }, opts),
      ),
      Promise.all(
        Object.entries(spec.tags).map(([category, name]) =>
          find(`tag "${name}" of category "${category}"`, tagId(category, name, opts)),
        ),
      ),
    ]);
  if (problems.length > 0) throw new LookupError(problems);
  const resourcePoolId = pool?.id ?? cluster?.resourcePoolId;
  if (
    cluster === undefined ||
    resourcePoolId === undefined ||
    network === undefined ||
    folder === undefined ||
    template === undefined
  ) {
    throw new LookupError(["vCenter answered without the ids that were asked for"]);
  }
  return {
    datacenterId,
    computeClusterId: cluster.id,
    resourcePoolId,
    datastoreId: datastore?.id,
    datastoreClusterId: datastoreCluster?.id,
    networkId: network.id,
    folder: spec.folder,
    template,
    tagIds: tagIds.filter((id) => id !== undefined),
  };
}

async function tagId(category: string, name: string, opts: pulumi.InvokeOptions): Promise<string> {
  const { id: categoryId } = await vsphere.getTagCategory({ name: category }, opts);
  return (await vsphere.getTag({ name, categoryId }, opts)).id;
}
