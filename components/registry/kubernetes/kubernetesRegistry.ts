import * as pulumi from "@pulumi/pulumi";
import type { RegistryIdentity } from "../../../provider/sdk";
import { formerly } from "../../kubernetes/object";
import { makeObjects, unawaited } from "../../kubernetes/objects";
import { secretLater } from "../../kubernetes/secretLater";
import { fileTexts, type FileSettings } from "../files";
import {
  filesSecret,
  keptObjects,
  otherKindOfPull,
  policies,
  workloads,
  type MetricsReader,
} from "./plan";

export interface KubernetesRegistryArgs extends FileSettings {
  /** Registry prefix of the site's images. */
  readonly mirror?: string;
  readonly identity: RegistryIdentity;
  /** Who reads its metrics; absent: nobody. */
  readonly metricsReader?: MetricsReader;
  /** When every machine has joined: it runs on one of them. */
  readonly joined: Promise<void>;
  /** The cluster: with it go its objects, and none of them has to be deleted. */
  readonly cluster: pulumi.Resource;
  /** Whether a pod network is there, or comes when the cluster stands and nobody can wait for it here. */
  readonly hasPodNetwork: boolean;
}

/**
 * Slipway's own registry on Kubernetes: pods for pulls, for pushes and garbage collection, and perhaps for a cache, on
 * ports of their nodes and on one storage. Takes a `KubernetesProvider` from its options.
 */
export class KubernetesRegistry extends pulumi.ComponentResource {
  constructor(name: string, args: KubernetesRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:registry:KubernetesRegistry", name, {}, opts);
    const { spec, mirror, authorities, identity, joined, cluster, hasPodNetwork, metricsReader } =
      args;
    const options = { parent: this, deletedWith: cluster };
    const kept = makeObjects(
      name,
      keptObjects(spec),
      // Images are not thrown away with what serves them.
      { ...options, retainOnDelete: true },
      { when: joined },
    );
    const { certificate, key, seed } = identity;
    const files = pulumi
      .all([certificate, key, seed])
      .apply(([certificate, key, seed]) =>
        filesSecret(fileTexts(args, { certificate, key, seed }), seed),
      );
    const { resource: secret, secretName } = secretLater(`${name}-files`, files, {
      ...options,
      dependsOn: [...kept],
    });
    const objects = {
      ...policies(spec, metricsReader),
      ...workloads({ spec, authorities, mirror }, secretName),
    };
    makeObjects(name, hasPodNetwork ? objects : unawaited(objects), options, {
      after: [...kept, secret],
      when: joined,
      own: { pull: formerly(otherKindOfPull(spec)) },
    });
    this.registerOutputs();
  }
}
