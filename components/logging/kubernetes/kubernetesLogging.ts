import * as pulumi from "@pulumi/pulumi";
import type { LogStoreIdentity } from "../../../provider/sdk";
import { makeObjects, type Objects } from "../../kubernetes/objects";
import { makePart } from "../../kubernetes/part";
import { secretLater } from "../../kubernetes/secretLater";
import { fileTexts, programsOf, type LoggingSecrets } from "../files";
import { storeUrl } from "../names";
import { files as storeFiles, pathOf } from "../store/paths";
import { knownIdentity, tellStore } from "../told";
import { namespace } from "./names";
import {
  filesSecret,
  loggingBase,
  namespaceOf,
  places,
  senders,
  storeObjects,
  storeWorkload,
  type KubernetesLoggingSettings,
  type SecretNames,
} from "./plan";

export interface KubernetesLoggingArgs extends KubernetesLoggingSettings {
  readonly secrets: LoggingSecrets;
  /** Known to nobody: names of Secrets are made with it. */
  readonly salt: string;
  /** Of the store or of the gateway before the site's; absent where there is neither. */
  readonly identity?: LogStoreIdentity;
  /** Connected to the machines: through a control plane the store is told what to do. */
  readonly machines: pulumi.ProviderResource;
  readonly clusterId: pulumi.Input<string>;
  /** When every machine has joined: it has to find its place among all of them. */
  readonly joined: Promise<void>;
  /** The cluster: with it go its objects, and none of them has to be deleted. */
  readonly clusterResource: pulumi.Resource;
  /** Whether a pod network is there, or comes when the cluster stands and nobody can wait for it here. */
  readonly hasPodNetwork: boolean;
}

/**
 * Logging of a Kubernetes cluster: collectors on every node, and OpenSearch with the gateway through which collectors reach it
 * and what enforces the retention. With a store of the site, collectors that send there. Takes a `KubernetesProvider` from
 * its options.
 */
export class KubernetesLogging extends pulumi.ComponentResource {
  constructor(name: string, args: KubernetesLoggingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:logging:KubernetesLogging", name, {}, opts);
    const { secrets, salt, identity, machines, clusterId, joined, ...others } = args;
    const { clusterResource: cluster, hasPodNetwork, ...settings } = others;
    const options = { parent: this, deletedWith: cluster };
    const place = { joined, cluster, hasPodNetwork };
    const made = (objects: Objects, after: readonly pulumi.Resource[]) =>
      makePart(this, name, objects, place, after);
    const kept = makeObjects(
      name,
      { namespace: namespaceOf() },
      // Lines are not thrown away with what serves them.
      { ...options, retainOnDelete: true },
      { when: joined },
    );
    const base = made(loggingBase(settings), kept);

    const known = knownIdentity(identity);
    const texts = known.apply((identity) => fileTexts(settings, secrets, places, identity));
    const files: pulumi.Resource[] = [];
    const names: Record<string, pulumi.Output<string>> = {};
    for (const program of programsOf(settings.spec)) {
      const secret = texts.apply((all) => filesSecret(program, settings, all, salt));
      const { resource, secretName } = secretLater(`${name}-${program}-files`, secret, {
        ...options,
        dependsOn: [...base],
      });
      files.push(resource);
      names[program] = secretName;
    }

    const secretNames: SecretNames = names;
    const store = made(storeObjects(settings, secretNames), [...base, ...files]);
    const told = tellStore(
      name,
      {
        ...settings,
        secrets,
        identity: known,
        mayComeLater: !hasPodNetwork,
        place: pulumi.output(clusterId).apply((id) => ({
          kind: "kubernetes" as const,
          clusterId: id,
          namespace,
          workload: storeWorkload,
          url: storeUrl,
          caFile: pathOf(storeFiles.authority),
        })),
      },
      { parent: this, provider: machines, dependsOn: [...store] },
    );
    // No line comes in before the store knows what one is.
    made(senders(settings, secretNames), [...base, ...files, ...store, told]);
    this.registerOutputs();
  }
}
