import * as pulumi from "@pulumi/pulumi";

/**
 * Version of Pulumi's Kubernetes plugin, by which the engine finds it. The plugin is all that is used of it: its npm
 * package has a class for each kind of object, which takes longer to load than everything else of a program.
 */
const pluginVersion = "4.25.0";

/** A Kubernetes object as the API server gets it; values may be outputs of other resources. */
export interface Manifest {
  /** `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [field: string]: unknown;
}

export interface Metadata {
  readonly name: string;
  /** Absent for what is in none. */
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest whose metadata may come later. */
export type ManifestArgs = Omit<Manifest, "metadata"> & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: pulumi.Input<Metadata>;
};

export interface KubernetesProviderArgs {
  /** A secret, whether it is marked as one or not. */
  readonly kubeconfig: pulumi.Input<string>;
  /**
   * What tells the cluster from all others (UID of the namespace `kube-system`). Without it the plugin compares what
   * kubeconfigs say, and another address or a renewed authority would replace every object.
   */
  readonly clusterId: pulumi.Input<string>;
}

/** Connection of Pulumi's Kubernetes plugin to a cluster. */
export class KubernetesProvider extends pulumi.ProviderResource {
  constructor(
    name: string,
    { kubeconfig, clusterId }: KubernetesProviderArgs,
    opts?: pulumi.ResourceOptions,
  ) {
    super(
      "kubernetes",
      name,
      {
        kubeconfig: pulumi.secret(kubeconfig),
        clusterIdentifier: clusterId,
        ...settings,
      },
      { ...opts, version: pluginVersion },
    );
  }
}

/**
 * Each is named even where it is the default: the plugin looks for what is absent in the environment of whoever runs it.
 * A cluster that does not answer is an error, never a reason to take its objects for gone. ConfigMaps and Secrets are
 * replaced and not changed: ours are named by their content.
 */
const settings = {
  enableServerSideApply: "true",
  deleteUnreachable: "false",
  skipUpdateUnreachable: "false",
  enableConfigMapMutable: "false",
  enableSecretMutable: "false",
} as const;

/**
 * One object on a Kubernetes cluster, of whatever kind. It is what `@pulumi/kubernetes` makes of the same object: the same
 * type and inputs, so that the plugin waits until it is ready, and explains what keeps it from that. Takes the provider
 * from its options.
 */
export class KubernetesObject extends pulumi.CustomResource {
  declare readonly metadata: pulumi.Output<Metadata>;

  constructor(name: string, manifest: ManifestArgs, opts: pulumi.CustomResourceOptions = {}) {
    const isSecret = manifest.apiVersion === "v1" && manifest.kind === "Secret";
    super(typeToken(manifest), name, isSecret ? concealed(manifest) : { ...manifest }, {
      ...opts,
      version: pluginVersion,
      ...(isSecret && {
        additionalSecretOutputs: [...(opts.additionalSecretOutputs ?? []), ...secretFields],
      }),
    });
  }
}

/**
 * Options of an object that may have been one of another kind before, under its name: that one goes first. Two objects of two
 * kinds would stand side by side for a while, and the new one never get what only one can have (a port of its node).
 */
export function formerly({
  apiVersion,
  kind,
}: Pick<Manifest, "apiVersion" | "kind">): pulumi.CustomResourceOptions {
  return {
    aliases: [{ type: typeToken({ apiVersion, kind }) }],
    replaceOnChanges: ["kind"],
    deleteBeforeReplace: true,
  };
}

const secretFields = ["data", "stringData"] as const;

function concealed(manifest: ManifestArgs): pulumi.Inputs {
  const inputs: pulumi.Inputs = { ...manifest };
  for (const field of secretFields) {
    if (field in manifest) inputs[field] = pulumi.secret(manifest[field]);
  }
  return inputs;
}

/** `kubernetes:apps/v1:Deployment`; the group that has no name is called `core`. */
export function typeToken({
  apiVersion,
  kind,
}: Pick<Manifest, "apiVersion" | "kind">): `kubernetes:${string}:${string}` {
  return `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;
}
