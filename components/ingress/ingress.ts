import * as pulumi from "@pulumi/pulumi";
import { SwarmConfig, SwarmNetwork, SwarmSecret, SwarmService } from "../../provider/sdk";
import { progressDeadlineSeconds, type PlatformFile, type ServicePlan } from "../platform/parts";
import type { SwarmIngressSpec } from "../spec";
import { ingressFiles, ingressNetworks, ingressServices, type IngressIds } from "./plan";

export interface IngressArgs {
  readonly spec: SwarmIngressSpec;
  /** Registry prefix of the site's images. */
  readonly mirror?: string;
  /** Every overlay network of the cluster is encrypted. */
  readonly encryptOverlays: boolean;
  /** Private key of the certificate, PEM, a secret. Present exactly where the spec has `tls`. */
  readonly tlsKey?: string;
  /** Secret of the Pulumi stack, which names of secrets are made with; any that stays the same. */
  readonly salt: string;
}

/**
 * Slipway's own ingress on a Swarm: Traefik on the nodes of its placement, and the filter on the managers through which
 * it asks the Swarm for routes. Takes the provider `slipway`, connected to the Docker API of the managers, from its
 * options.
 */
export class Ingress extends pulumi.ComponentResource {
  /** Id of the network that services with routes join. */
  readonly networkId: pulumi.Output<string>;

  constructor(name: string, args: IngressArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:ingress:Ingress", name, {}, opts);
    const { spec, mirror, encryptOverlays, tlsKey, salt } = args;
    const parent = { parent: this };
    const plans = ingressNetworks(encryptOverlays);
    const networks = {
      applications: new SwarmNetwork(`${name}-applications`, plans.applications, parent).networkId,
      api: new SwarmNetwork(`${name}-api`, plans.api, parent).networkId,
    };
    const { configs, secrets } = ingressFiles(spec, { tlsKey, salt });
    const files = new Map<string, { id: pulumi.Output<string>; name: string }>();
    const make = (Made: typeof SwarmConfig | typeof SwarmSecret, file: PlatformFile) => {
      const { key, name: fileName, labels, data } = file;
      const made = new Made(`${name}-${key}`, { name: fileName, labels, data }, parent);
      files.set(key, { id: made.fileId, name: fileName });
    };
    for (const file of configs) make(SwarmConfig, file);
    for (const file of secrets) make(SwarmSecret, file);

    const ids: IngressIds<pulumi.Output<string>> = { networks, files };
    const plan = ingressServices({ spec, mirror }, ids);
    const service = (key: string, made: ServicePlan, dependsOn: pulumi.Resource[]) =>
      new SwarmService(
        `${name}-${key}`,
        { ...made, onFailure: "rollback", progressDeadlineSeconds },
        { ...parent, dependsOn },
      );
    const filter = service("api", plan.api, []);
    const traefik = service("traefik", plan.traefik, [filter]);
    // Applications may come when requests can.
    this.networkId = pulumi
      .all([networks.applications, traefik.serviceId])
      .apply(([networkId]) => networkId);
    this.registerOutputs();
  }
}
