import * as pulumi from "@pulumi/pulumi";
import { DockerApi, DockerApiAuthority, Engine, Host } from "../../provider/sdk";
import type { ClusterSpec, NodePoolSpec } from "../spec";
import { daemonJson } from "./daemonJson";
import { hostRequirements } from "./requirements";

/** Certificates of the Docker API live this long and are renewed in the last third of it. */
const certificateValidityDays = 365;

/** A machine that has an operating system and answers over SSH. */
export interface BootedMachine {
  readonly name: string;
  readonly poolName: string;
  readonly pool: NodePoolSpec;
  /** BIOS UUID of its VM; absent for existing hosts. */
  readonly vmUuid?: pulumi.Input<string>;
}

/** A machine with a running engine, ready to join. */
export interface DockerHost {
  readonly machine: BootedMachine;
  readonly host: Host;
  /** What must be there before the machine joins: its engine, and on managers the Docker API over TLS. */
  readonly ready: pulumi.Resource;
  /** `tcp://address:2376`, managers only. */
  readonly endpoint?: pulumi.Output<string>;
}

export interface DockerHostsArgs {
  readonly spec: ClusterSpec;
  readonly machines: readonly BootedMachine[];
}

/**
 * Docker on every machine of a cluster: facts are checked, the engine is installed and configured,
 * and the managers offer the Docker API to holders of a client certificate.
 */
export class DockerHosts extends pulumi.ComponentResource {
  readonly hosts: readonly DockerHost[];
  readonly authority: DockerApiAuthority;

  constructor(name: string, args: DockerHostsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:docker:DockerHosts", name, {}, opts);
    this.authority = new DockerApiAuthority(
      name,
      { commonName: `slipway ${args.spec.name}`, validityDays: certificateValidityDays },
      { parent: this },
    );
    const daemon = daemonJson(args.spec.engine);
    this.hosts = args.machines.map((machine) => this.addHost(machine, daemon, args.spec));
    this.registerOutputs({});
  }

  private addHost(
    machine: BootedMachine,
    daemon: Record<string, unknown>,
    spec: ClusterSpec,
  ): DockerHost {
    const name = `${spec.name}-${machine.name}`;
    const ref = { machine: machine.name, vmUuid: machine.vmUuid };
    const host = new Host(
      name,
      { ...ref, requirements: hostRequirements(spec, machine.pool) },
      { parent: this },
    );
    const { version, source, repository } = spec.engine;
    const engine = new Engine(
      name,
      { ...ref, version, source, repository, daemon },
      { parent: this, dependsOn: host },
    );
    if (machine.pool.role !== "manager") return { machine, host, ready: engine };
    const api = new DockerApi(
      name,
      {
        ...ref,
        caCertificate: this.authority.caCertificate,
        caKey: this.authority.caKey,
        validityDays: certificateValidityDays,
      },
      { parent: this, dependsOn: engine },
    );
    return { machine, host, ready: api, endpoint: api.endpoint };
  }
}
