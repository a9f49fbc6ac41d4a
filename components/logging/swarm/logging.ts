import * as pulumi from "@pulumi/pulumi";
import { SwarmNetwork, SwarmService, type LogStoreIdentity } from "../../../provider/sdk";
import { progressDeadlineSeconds } from "../../platform/parts";
import { secretFile } from "../../platform/secretFile";
import { fileTexts, filesOf, programsOf, type LoggingSecrets } from "../files";
import { namespace, storeUrl } from "../names";
import { files as storeFiles, pathOf } from "../store/paths";
import { knownIdentity, tellStore } from "../told";
import { services } from "./names";
import { loggingNetwork, loggingServices, places, type SwarmLoggingSettings } from "./plan";

export interface LoggingArgs extends SwarmLoggingSettings {
  /** Every overlay network of the cluster is encrypted. */
  readonly encryptOverlays: boolean;
  readonly secrets: LoggingSecrets;
  /** Known to nobody: names of secrets are made with it. */
  readonly salt: string;
  /** Of the store or of the gateway before the site's; absent where there is neither. */
  readonly identity?: LogStoreIdentity;
  /** Network of monitoring; absent where the cluster has none. */
  readonly monitoring?: pulumi.Output<string>;
  /** Connected to the machines: through one of them the store is told what to do. */
  readonly machines: pulumi.ProviderResource;
}

/**
 * Logging of a Swarm: collectors on every node, OpenSearch where its lines are, the gateway through which collectors reach it,
 * and what enforces the retention. With a store of the site, collectors that send there. Takes the provider `slipway`,
 * connected to the Docker API of the managers, from its options.
 */
export class Logging extends pulumi.ComponentResource {
  /** Id of the network that the store is on. */
  readonly networkId: pulumi.Output<string>;

  constructor(name: string, args: LoggingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:logging:Logging", name, {}, opts);
    const { encryptOverlays, secrets, salt, identity, monitoring, machines, ...settings } = args;
    const { spec } = settings;
    const parent = { parent: this };
    const { networkId } = new SwarmNetwork(
      `${name}-network`,
      loggingNetwork(encryptOverlays),
      parent,
    );
    this.networkId = networkId;

    const known = knownIdentity(identity);
    const texts = known.apply((identity) => fileTexts(settings, secrets, places, identity));
    const wanted = programsOf(spec).flatMap((program) => filesOf(program, settings));
    const files = new Map(
      [...new Set(wanted)].map((key) => {
        const text = texts.apply(({ [key]: known = "" }) => known);
        return [key, secretFile(name, { namespace, key, text, salt }, parent)] as const;
      }),
    );

    const told = (after: readonly pulumi.Resource[]) =>
      tellStore(
        name,
        {
          ...settings,
          secrets,
          identity: known,
          place: {
            kind: "swarm",
            machine: spec.storage?.node ?? "",
            service: services.store,
            url: storeUrl,
            caFile: pathOf(storeFiles.authority),
          },
        },
        { ...parent, provider: machines, dependsOn: [...after] },
      );
    const before: pulumi.Resource[] = spec.external === undefined ? [] : [told([])];
    const plans = loggingServices(settings, {
      network: networkId,
      files,
      ...(monitoring !== undefined && { monitoring }),
    });
    for (const [program, plan] of plans) {
      const made = new SwarmService(
        `${name}-${program}`,
        { ...plan, onFailure: "rollback", progressDeadlineSeconds },
        { ...parent, dependsOn: [...before] },
      );
      // No line comes in before the store knows what one is.
      if (program === "store") before.push(made, told([made]));
    }
    this.registerOutputs();
  }
}
