import * as pulumi from "@pulumi/pulumi";
import { type RegistryIdentity, SwarmNetwork, SwarmSecret, SwarmService } from "../../provider/sdk";
import { progressDeadlineSeconds } from "../platform/parts";
import { fileTexts, filesOf, processesOf, swarmSecret, type FileSettings } from "./files";
import { registryNetwork, registryServices } from "./plan";

export interface RegistryArgs extends FileSettings {
  /** Registry prefix of the site's images. */
  readonly mirror?: string;
  /** Every overlay network of the cluster is encrypted. */
  readonly encryptOverlays: boolean;
  readonly identity: RegistryIdentity;
}

/**
 * Slipway's own registry on a Swarm: a process for pulls, one for pushes and garbage collection, and perhaps a cache, on
 * one storage. Takes the provider `slipway`, connected to the Docker API of the managers, from its options.
 */
export class Registry extends pulumi.ComponentResource {
  /** Id of the network on which its metrics are. */
  readonly networkId: pulumi.Output<string>;

  constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:registry:Registry", name, {}, opts);
    const { spec, mirror, encryptOverlays, identity, authorities } = args;
    const parent = { parent: this };
    const { networkId } = new SwarmNetwork(
      `${name}-network`,
      registryNetwork(encryptOverlays),
      parent,
    );
    const { certificate, key, seed } = identity;
    const texts = pulumi.all([certificate, key, seed]).apply(([certificate, key, seed]) => ({
      seed,
      byName: fileTexts(args, { certificate, key, seed }),
    }));
    const wanted = processesOf(spec).flatMap((process) => filesOf(process, args));
    const files = new Map(
      [...new Set(wanted)].map((file) => {
        const made = texts.apply(({ seed, byName }) => swarmSecret(file, byName[file] ?? "", seed));
        // Its name tells nothing of what is in it, and shows which one a service has.
        const secretName = pulumi.unsecret(made.name);
        const { fileId } = new SwarmSecret(
          `${name}-${file}`,
          { name: secretName, labels: pulumi.unsecret(made.labels), data: made.data },
          parent,
        );
        return [file, { id: fileId, name: secretName }] as const;
      }),
    );
    const services = registryServices({ spec, authorities, mirror }, { network: networkId, files });
    for (const [process, plan] of services) {
      new SwarmService(
        `${name}-${process}`,
        { ...plan, onFailure: "rollback", progressDeadlineSeconds },
        parent,
      );
    }
    this.networkId = networkId;
    this.registerOutputs();
  }
}
