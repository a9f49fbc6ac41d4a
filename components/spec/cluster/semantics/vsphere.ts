import { error, type Finding } from "../../finding";
import type { CheckContext, ClusterDraft } from "../file";

/** Exactly one source of machines, and in vSphere exactly one place for disks. */
export function* checkVsphere(
  { vsphere, hosts }: ClusterDraft,
  context: CheckContext,
): Iterable<Finding> {
  if (!context.given(["vsphere"]) && !context.given(["hosts"])) {
    yield error(
      [],
      "says nothing about where machines come from; add vsphere for VMs that Slipway makes, or hosts for machines that exist",
    );
  }
  if (vsphere !== undefined && hosts !== undefined) {
    yield error(
      ["hosts"],
      "stands beside vsphere, but machines are either made on vSphere or exist already; remove one of the two",
    );
  }
  if (vsphere === undefined) return;
  const { datastore, datastoreCluster } = vsphere;
  if (datastore !== undefined && datastoreCluster !== undefined) {
    yield error(
      ["vsphere", "datastoreCluster"],
      "stands beside datastore, but disks are placed by one of them; remove one of the two",
    );
  }
  if (datastore === undefined && datastoreCluster === undefined) {
    yield error(
      ["vsphere", "datastore"],
      "is missing; add it, for example `datastore: LocalDS_0`, or name a datastoreCluster",
    );
  }
}
