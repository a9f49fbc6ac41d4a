import * as pulumi from "@pulumi/pulumi";
import { SwarmConfig, SwarmNetwork, SwarmSecret, SwarmService } from "../../../provider/sdk";
import { progressDeadlineSeconds, type PlatformFile } from "../../platform/parts";
import type { FileSecrets } from "../secrets";
import { networks, services } from "./names";
import {
  monitoringFiles,
  monitoringNetworks,
  monitoringServices,
  type MonitoringIds,
  type MonitoringSettings,
  type Part,
} from "./plan";

export interface MonitoringArgs extends Omit<MonitoringSettings, "ownRegistry"> {
  /** Every overlay network of the cluster is encrypted. */
  readonly encryptOverlays: boolean;
  readonly secrets: FileSecrets;
  /** Id of the network on which Slipway's own registry has its metrics; absent where there is none. */
  readonly registryNetworkId?: pulumi.Input<string>;
}

/** What each service waits for beside the filter: what it asks as soon as it starts. */
const asks: Readonly<Partial<Record<Part, readonly Part[]>>> = {
  jsonExporter: ["api"],
  prometheus: ["api"],
};

/**
 * Monitoring of a Swarm: Prometheus and Alertmanager where their data is, exporters on every node, and the filter on the
 * managers through which the Swarm is asked. With a Prometheus of the site, one that only collects and sends. Takes the
 * provider `slipway`, connected to the Docker API of the managers, from its options.
 */
export class Monitoring extends pulumi.ComponentResource {
  /** Id of the network of its own parts. */
  readonly partsNetworkId: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:monitoring:Monitoring", name, {}, opts);
    const { encryptOverlays, secrets, registryNetworkId, ...others } = args;
    const settings = { ...others, ownRegistry: registryNetworkId !== undefined };
    const parent = { parent: this };
    const plans = monitoringNetworks(encryptOverlays);
    const network = (key: keyof typeof networks) =>
      new SwarmNetwork(`${name}-${key}`, plans[key], parent).networkId;
    const files = new Map<string, { id: pulumi.Output<string>; name: string }>();
    const make = (Made: typeof SwarmConfig | typeof SwarmSecret, file: PlatformFile) => {
      const { key, name: fileName, labels, data } = file;
      const made = new Made(`${name}-${key}`, { name: fileName, labels, data }, parent);
      files.set(key, { id: made.fileId, name: fileName });
    };
    const plan = monitoringFiles(settings, secrets);
    for (const file of plan.configs) make(SwarmConfig, file);
    for (const file of plan.secrets) make(SwarmSecret, file);
    const ids: MonitoringIds<pulumi.Output<string>> = {
      networks: {
        applications: network("applications"),
        parts: network("parts"),
        api: network("api"),
        ...(registryNetworkId !== undefined && { registry: pulumi.output(registryNetworkId) }),
      },
      files,
    };
    const made = new Map<Part, pulumi.Resource>();
    for (const [part, service] of monitoringServices(settings, ids)) {
      const dependsOn = (asks[part] ?? []).flatMap((other) => made.get(other) ?? []);
      made.set(
        part,
        new SwarmService(
          `${name}-${resourceKey(part)}`,
          { ...service, onFailure: "rollback", progressDeadlineSeconds },
          { ...parent, dependsOn },
        ),
      );
    }
    this.partsNetworkId = ids.networks.parts;
    this.registerOutputs();
  }
}

/** As the service is called on the Swarm, without its namespace. */
function resourceKey(part: Part): string {
  return services[part].slice(`${networks.applications}_`.length);
}
