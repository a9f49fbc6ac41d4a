import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { StackSpec } from "../spec";
import { stackLabels, swarmService } from "./serviceSpec";

/** How long a service may take until all its tasks are healthy. */
const convergeTimeout = "5m";

/** What an application needs of the cluster it runs on. */
export interface SwarmAccess {
  /** Docker API of a manager that answers, `tcp://10.1.2.3:2376`. */
  readonly endpoint: string;
  readonly caCertificate: string;
  readonly clientCertificate: string;
  /** Secret. */
  readonly clientKey: pulumi.Input<string>;
}

export interface ApplicationArgs {
  readonly stack: StackSpec;
  readonly access: SwarmAccess;
}

/** An application stack on a Swarm: its networks and services, named as `docker stack deploy` names them. */
export class Application extends pulumi.ComponentResource {
  /** Names of the services in the Swarm. */
  readonly services: readonly pulumi.Output<string>[];

  constructor(name: string, args: ApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:application:Application", name, {}, opts);
    const { access, stack } = args;
    const provider = new docker.Provider(
      name,
      {
        host: access.endpoint,
        caMaterial: access.caCertificate,
        certMaterial: access.clientCertificate,
        keyMaterial: pulumi.secret(access.clientKey),
      },
      { parent: this },
    );
    const options = { parent: this, provider };

    const networkNames: Record<string, string> = {};
    const networks: docker.Network[] = [];
    for (const [key, network] of Object.entries(stack.networks)) {
      const networkName = network.name ?? (network.external ? key : `${name}_${key}`);
      networkNames[key] = networkName;
      if (network.external) continue;
      networks.push(
        new docker.Network(
          `${name}-${key}`,
          {
            name: networkName,
            driver: network.driver,
            options: network.encrypted ? { encrypted: "" } : undefined,
            labels: Object.entries(stackLabels(name)).map(([label, value]) => ({ label, value })),
          },
          options,
        ),
      );
    }
    this.services = Object.entries(stack.services).map(
      ([key, service]) =>
        new docker.Service(
          `${name}-${key}`,
          {
            ...swarmService(name, key, service, networkNames),
            convergeConfig: { delay: "1s", timeout: convergeTimeout },
          },
          { ...options, dependsOn: networks },
        ).name,
    );
    this.registerOutputs({});
  }
}
