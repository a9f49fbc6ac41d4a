import * as pulumi from "@pulumi/pulumi";
import { unknownOutputs, withVersion, type Args } from "./resource";
import type * as shapes from "./shapes";

/**
 * Connection of the slipway provider to one cluster: how its hosts are reached over SSH, and where their addresses and
 * host keys are looked up at run time; or the API of its managers or control planes, for what applications have there.
 */
export class Provider extends pulumi.ProviderResource {
  constructor(
    name: string,
    args: Args<shapes.HostsConfig> | Args<shapes.DockerConfig> | Args<shapes.KubernetesConfig>,
    opts?: pulumi.ResourceOptions,
  ) {
    super("slipway", name, configurationOf(args), withVersion(opts));
  }
}

function configurationOf(
  args: Args<shapes.HostsConfig> | Args<shapes.DockerConfig> | Args<shapes.KubernetesConfig>,
): pulumi.Inputs {
  if ("docker" in args) {
    return {
      owner: args.owner,
      docker: pulumi.secret(json(args.docker)),
      registries: pulumi.secret(json(args.registries)),
    };
  }
  if ("kubernetes" in args)
    return { owner: args.owner, kubernetes: pulumi.secret(json(args.kubernetes)) };
  return {
    cluster: args.cluster,
    user: args.user,
    port: pulumi.output(args.port).apply(String),
    privateKey: pulumi.secret(args.privateKey),
    vsphere: args.vsphere === undefined ? undefined : pulumi.secret(json(args.vsphere)),
    hosts: json(args.hosts),
  };
}

/** The engine's provider configuration is a map of strings: structures travel as JSON. */
function json(value: pulumi.Input<object> | undefined): pulumi.Output<string> | undefined {
  return value === undefined ? undefined : pulumi.output(value).apply((v) => JSON.stringify(v));
}

/**
 * The generations of a node pool's machines: which definition each VM was made from, and the VM's name.
 * A changed definition marks machines stale and changes nothing; only a roll makes the next generation of one.
 */
export class NodePoolGenerations extends pulumi.CustomResource {
  /** By machine. */
  declare readonly generations: pulumi.Output<Record<string, shapes.MachineGeneration>>;
  constructor(
    name: string,
    args: Args<shapes.NodePoolGenerationsInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:NodePoolGenerations",
      name,
      { ...args, ...unknownOutputs("generations") },
      withVersion(opts),
    );
  }
}

/** Facts of one host, gathered over SSH and held against what the cluster requires, before anything is changed on it. */
export class Host extends pulumi.CustomResource {
  declare readonly address: pulumi.Output<string>;
  declare readonly hostKey: pulumi.Output<string>;
  declare readonly facts: pulumi.Output<shapes.HostFacts>;
  constructor(name: string, args: Args<shapes.HostInputs>, opts?: pulumi.CustomResourceOptions) {
    super(
      "slipway:index:Host",
      name,
      { ...args, ...unknownOutputs("address", "hostKey", "facts") },
      withVersion(opts),
    );
  }
}

/** The Docker engine of one host: installed at a pinned version and configured by `daemon.json`. */
export class Engine extends pulumi.CustomResource {
  declare readonly installedVersion: pulumi.Output<string>;
  constructor(name: string, args: Args<shapes.EngineInputs>, opts?: pulumi.CustomResourceOptions) {
    super(
      "slipway:index:Engine",
      name,
      { ...args, ...unknownOutputs("installedVersion") },
      withVersion(opts),
    );
  }
}

/** The Swarm of a cluster: initialised once, on the first manager, and found again ever after. */
export class SwarmCluster extends pulumi.CustomResource {
  declare readonly clusterId: pulumi.Output<string>;
  declare readonly unlockKey: pulumi.Output<string | undefined>;
  constructor(
    name: string,
    args: Args<shapes.SwarmClusterInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:SwarmCluster",
      name,
      { ...args, ...unknownOutputs("clusterId", "unlockKey") },
      { ...withVersion(opts), additionalSecretOutputs: ["unlockKey"] },
    );
  }
}

/** Membership of one host in the Swarm: role, labels, availability. Its deletion drains, demotes, leaves and removes. */
export class SwarmNode extends pulumi.CustomResource {
  declare readonly nodeId: pulumi.Output<string>;
  declare readonly hostname: pulumi.Output<string>;
  declare readonly address: pulumi.Output<string>;
  constructor(
    name: string,
    args: Args<shapes.SwarmNodeInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:SwarmNode",
      name,
      { ...args, ...unknownOutputs("nodeId", "hostname", "address") },
      withVersion(opts),
    );
  }
}

/** Certificate authority of a cluster's Docker API, with the client certificate that application deployments use. */
export class DockerApiAuthority extends pulumi.CustomResource {
  declare readonly caCertificate: pulumi.Output<string>;
  declare readonly caKey: pulumi.Output<string>;
  declare readonly clientCertificate: pulumi.Output<string>;
  declare readonly clientKey: pulumi.Output<string>;
  declare readonly expires: pulumi.Output<string>;
  constructor(
    name: string,
    args: Args<shapes.DockerApiAuthorityInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:DockerApiAuthority",
      name,
      {
        ...args,
        ...unknownOutputs("caCertificate", "caKey", "clientCertificate", "clientKey", "expires"),
      },
      { ...withVersion(opts), additionalSecretOutputs: ["caKey", "clientKey"] },
    );
  }
}

/** Who serves something over TLS for the cluster: its authority, its certificate, and the seed of its secrets. */
abstract class ServerIdentity extends pulumi.CustomResource {
  declare readonly caCertificate: pulumi.Output<string>;
  declare readonly caKey: pulumi.Output<string>;
  declare readonly certificate: pulumi.Output<string>;
  declare readonly key: pulumi.Output<string>;
  declare readonly expires: pulumi.Output<string>;
  declare readonly seed: pulumi.Output<string>;
  constructor(type: string, name: string, args: object, opts?: pulumi.CustomResourceOptions) {
    super(
      type,
      name,
      {
        ...args,
        ...unknownOutputs("caCertificate", "caKey", "certificate", "key", "expires", "seed"),
      },
      { ...withVersion(opts), additionalSecretOutputs: ["caKey", "key", "seed"] },
    );
  }
}

/** Who a cluster's registry is: its authority, its certificate, and the seed of its secrets. */
export class RegistryIdentity extends ServerIdentity {
  constructor(
    name: string,
    args: Args<shapes.RegistryIdentityInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super("slipway:index:RegistryIdentity", name, args, opts);
  }
}

/** Who the store of a cluster's logs is: its authority, its certificate, and the seed of its secrets. */
export class LogStoreIdentity extends ServerIdentity {
  constructor(
    name: string,
    args: Args<shapes.LogStoreIdentityInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super("slipway:index:LogStoreIdentity", name, args, opts);
  }
}

/** What the store of a cluster's logs is told beside its lines: how they are indexed, and how long they are kept. */
export class LogStore extends pulumi.CustomResource {
  declare readonly applied: pulumi.Output<boolean>;
  constructor(
    name: string,
    args: Args<shapes.LogStoreInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:LogStore",
      name,
      { ...args, password: pulumi.secret(args.password), ...unknownOutputs("applied") },
      withVersion(opts),
    );
  }
}

/** Docker API of one manager on TCP 2376, for holders of a client certificate of the cluster's authority only. */
export class DockerApi extends pulumi.CustomResource {
  declare readonly endpoint: pulumi.Output<string>;
  declare readonly expires: pulumi.Output<string>;
  constructor(
    name: string,
    args: Args<shapes.DockerApiInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:DockerApi",
      name,
      { ...args, ...unknownOutputs("endpoint", "expires") },
      withVersion(opts),
    );
  }
}

/** A network of an application. Swarm can't change one, and the provider does not replace one under its services. */
export class SwarmNetwork extends pulumi.CustomResource {
  declare readonly networkId: pulumi.Output<string>;
  constructor(
    name: string,
    args: Args<shapes.SwarmNetworkInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:SwarmNetwork",
      name,
      { ...args, ...unknownOutputs("networkId") },
      withVersion(opts),
    );
  }
}

/** A config of an application, named by its content. */
export class SwarmConfig extends pulumi.CustomResource {
  declare readonly fileId: pulumi.Output<string>;
  constructor(
    name: string,
    args: Args<shapes.SwarmFileInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:SwarmConfig",
      name,
      { ...args, ...unknownOutputs("fileId") },
      withVersion(opts),
    );
  }
}

/** A secret of an application, named by its content. */
export class SwarmSecret extends pulumi.CustomResource {
  declare readonly fileId: pulumi.Output<string>;
  constructor(
    name: string,
    args: Args<shapes.SwarmFileInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:SwarmSecret",
      name,
      { ...args, data: pulumi.secret(args.data), ...unknownOutputs("fileId") },
      withVersion(opts),
    );
  }
}

/** A service of an application. An update is over when all its tasks run what it says, and are healthy. */
export class SwarmService extends pulumi.CustomResource {
  declare readonly serviceId: pulumi.Output<string>;
  constructor(
    name: string,
    args: Args<shapes.SwarmServiceInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:SwarmService",
      name,
      { ...args, ...unknownOutputs("serviceId", "applied") },
      withVersion(opts),
    );
  }
}

/** Something that runs to its end: a deployment goes on when it has succeeded. */
export class SwarmJob extends pulumi.CustomResource {
  declare readonly serviceId: pulumi.Output<string>;
  declare readonly completed: pulumi.Output<string>;
  constructor(
    name: string,
    args: Args<shapes.SwarmJobInputs>,
    opts?: pulumi.CustomResourceOptions,
  ) {
    super(
      "slipway:index:SwarmJob",
      name,
      { ...args, ...unknownOutputs("serviceId", "completed") },
      withVersion(opts),
    );
  }
}
