/** A cluster's machines and nothing behind them: what `stacks/cluster.ts` makes before it needs SSH. */
import * as pulumi from "@pulumi/pulumi";
import { loadCluster } from "../../../../components/spec";
import { Provider } from "../../../../provider/sdk";
import { reported } from "../../../../stacks/reported";
import { clusterSettings } from "../../../../stacks/settings";
import { load, required } from "../../../../stacks/specFile";
import { vsphereMachines } from "../../../../stacks/vsphere";

export = reported(async () => {
  const config = new pulumi.Config("slipway");
  const loaded = load(required(config, ["spec"]).spec, (file) => loadCluster(file));
  const { spec } = loaded;
  const settings = clusterSettings(config, loaded);
  if (spec.vsphere === undefined) throw new pulumi.RunError("the benchmark needs vsphere");
  const { identity, privateKey, vsphere } = settings;
  const { user, port } = spec.access;
  const slipway = new Provider(spec.name, { cluster: identity, user, port, privateKey, vsphere });
  const { machines, stale } = await vsphereMachines(spec, spec.vsphere, settings, slipway);
  return { uuids: machines.map(({ vmUuid }) => vmUuid), stale };
});
