import * as pulumi from "@pulumi/pulumi";
import { loadCluster, SpecError, type ClusterSpec } from "../components/spec";
import type * as onKubernetes from "./kubernetes";
import type * as loggingChecks from "./loggingChecks";
import type * as monitoringChecks from "./monitoringChecks";
import { machinesOf, type Machines } from "./machines";
import type * as registries from "./externalRegistry";
import { clusterSettings, type ClusterSettings } from "./settings";
import { load, required } from "./specFile";
import type * as onSwarm from "./swarm";

/** A cluster: machines, and an orchestrator on them. */
export async function cluster(config: pulumi.Config): Promise<pulumi.Inputs> {
  const loaded = load(required(config, ["spec"]).spec, (file) => loadCluster(file));
  const { spec, problemAt } = loaded;
  const settings = clusterSettings(config, loaded);
  if (spec.platform.registry?.external !== undefined) {
    const { checkExternalRegistry } = module.require("./externalRegistry") as typeof registries;
    await checkExternalRegistry(
      spec,
      settings,
      (path, message) => new SpecError([problemAt(path, message)]),
    );
  }
  if (spec.platform.monitoring !== undefined) {
    const checks = module.require("./monitoringChecks") as typeof monitoringChecks;
    await checks.checkMonitoringSettings(loaded, settings.monitoring);
  }
  if (spec.platform.logging?.external !== undefined) {
    const { checkExternalStore } = module.require("./loggingChecks") as typeof loggingChecks;
    await checkExternalStore(loaded, settings.logging);
  }
  if (settings.protect) protectCluster();
  const stand = await machinesOf(spec, settings);
  return {
    orchestrator: spec.orchestrator,
    name: spec.name,
    version: spec.version,
    sshUser: spec.access.user,
    staleMachines: stand.stale,
    ...orchestrated(spec, settings, stand),
  };
}

/**
 * What has state, and no update replaces or removes: the cluster, and who its registry and its store of logs are, which stand
 * for what these keep. Machines are rolled, and pools shrink: protected, neither could be.
 */
const protectedTypes = [
  "slipway:index:SwarmCluster",
  "slipway:index:KubernetesCluster",
  "slipway:index:RegistryIdentity",
  "slipway:index:LogStoreIdentity",
];

function protectCluster(): void {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    protectedTypes.includes(type) ? { props, opts: { ...opts, protect: true } } : undefined,
  );
}

/** Only the orchestrator that the file names is loaded. */
function orchestrated(
  spec: ClusterSpec,
  settings: ClusterSettings,
  stand: Machines,
): pulumi.Inputs {
  switch (spec.orchestrator) {
    case "swarm":
      return (module.require("./swarm") as typeof onSwarm).swarm(spec, settings, stand);
    case "kubernetes":
      return (module.require("./kubernetes") as typeof onKubernetes).kubernetes(
        spec,
        settings,
        stand,
      );
    default: {
      const never: never = spec;
      return never;
    }
  }
}
