import * as pulumi from "@pulumi/pulumi";
import { DockerApi, DockerApiAuthority, Engine, type Host } from "../../provider/sdk";
import { checkedHosts } from "../machines/checkedHosts";
import { resourceName, type Machine } from "../machines/machine";
import type { RegistryTrust } from "../registry/trust";
import type { SwarmClusterSpec } from "../spec";
import { daemonConfig } from "./daemonConfig";
import { hostRequirements } from "./requirements";

export interface DockerHostsArgs {
  /** Name of the cluster, the prefix of resource names. */
  readonly cluster: string;
  readonly machines: readonly Machine[];
  readonly spec: Pick<SwarmClusterSpec, "engine" | "os" | "swarm" | "platform">;
  /** Of the cluster's own registry; absent where there is none. */
  readonly registry?: RegistryTrust<pulumi.Output<string>>;
}

/** A machine that passed preflight and runs the engine. */
export interface DockerHost extends Machine {
  readonly host: Host;
  readonly engine: Engine;
  /** Docker API over TLS; managers only. */
  readonly api?: DockerApi;
}

/** Certificates of the Docker API live this long. */
const validityDays = 365;

/**
 * Docker on the machines of a cluster. Facts and preflight of every machine come first; then, per machine, the engine, and
 * on managers also its API for application deployments, with mutual TLS.
 */
export class DockerHosts extends pulumi.ComponentResource {
  readonly hosts: readonly DockerHost[];
  readonly authority: DockerApiAuthority;

  constructor(name: string, args: DockerHostsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:docker:DockerHosts", name, {}, opts);
    const { cluster, machines, spec, registry } = args;
    this.authority = new DockerApiAuthority(
      cluster,
      { commonName: `${cluster} Docker API`, validityDays },
      { parent: this },
    );
    const { engine: engineSpec, os, swarm, platform } = spec;
    const monitored = platform.monitoring !== undefined;
    const daemon = daemonConfig(engineSpec, registry?.cache, {
      monitored,
      logged: platform.logging !== undefined,
    });
    const checked = checkedHosts(this, cluster, machines, (role, size) =>
      hostRequirements(role, size, os, swarm, monitored),
    );
    this.hosts = checked.map(({ machine, ref, host }) => {
      const resource = resourceName(cluster, machine.name);
      const engine = new Engine(
        resource,
        {
          ...ref,
          version: engineSpec.version,
          source: engineSpec.source,
          repository: engineSpec.repository,
          daemon,
          ...(registry !== undefined && { authorities: pulumi.output(registry.authorities) }),
        },
        { parent: this, dependsOn: host },
      );
      if (machine.role === "worker") return { ...machine, host, engine };
      const api = new DockerApi(
        resource,
        {
          ...ref,
          caCertificate: this.authority.caCertificate,
          caKey: this.authority.caKey,
          validityDays,
        },
        { parent: this, dependsOn: engine },
      );
      return { ...machine, host, engine, api };
    });
    this.registerOutputs();
  }
}
