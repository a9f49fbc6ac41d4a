import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { StackSpec } from "../spec";
import type { PinnedImages } from "./digests";
import { labelList, stackLabels, swarmService } from "./serviceSpec";

export interface ApplicationArgs {
  /** Name of the application on the cluster: prefix of its services and networks. */
  readonly application: string;
  readonly stack: StackSpec;
  readonly images: PinnedImages;
  /** The cluster wants every overlay network encrypted. Default false. */
  readonly encryptOverlays?: boolean;
}

/**
 * An application stack on a Swarm: its networks and services, named and labelled as `docker stack deploy` does it.
 * Takes the provider `docker`, connected to a manager, from its options.
 */
export class Application extends pulumi.ComponentResource {
  /** Names of the services in the Swarm. */
  readonly services: readonly string[];

  constructor(name: string, args: ApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:application:Application", name, {}, opts);
    const { application, stack, images, encryptOverlays = false } = args;
    const labels = labelList(stackLabels(application));

    // Ids by name in the file: the provider takes names too, but then replaces the service at every update. What no
    // service uses is not made, as with `docker stack deploy`.
    const networks = new Map<string, pulumi.Input<string>>();
    const used = new Set(Object.values(stack.services).flatMap((service) => service.networks));
    for (const [key, network] of Object.entries(stack.networks)) {
      if (!used.has(key)) continue;
      if (network.external) {
        const existing = docker.getNetworkOutput({ name: network.name ?? key }, { parent: this });
        networks.set(key, existing.id);
        continue;
      }
      const made = new docker.Network(
        `${application}-${key}`,
        {
          name: network.name ?? `${application}_${key}`,
          driver: network.driver,
          attachable: false,
          ...((network.encrypted || encryptOverlays) && { options: { encrypted: "" } }),
          labels,
        },
        { parent: this },
      );
      networks.set(key, made.id);
    }

    this.services = Object.entries(stack.services).map(([key, service]) => {
      const serviceName = `${application}_${key}`;
      new docker.Service(
        `${application}-${key}`,
        swarmService({ application, key, name: serviceName, service, images, networks }),
        { parent: this },
      );
      return serviceName;
    });
    this.registerOutputs();
  }
}
