import * as pulumi from "@pulumi/pulumi";
import { DockerHosts, type BootedMachine } from "../components/docker/dockerHosts";
import { existingMachines, staticHosts } from "../components/machines/existingHosts";
import { machinesOf } from "../components/machines/machine";
import { parseRoll, rollVariable } from "../components/machines/roll";
import { loadCluster, renderProblem, type ClusterSpec, type VsphereSpec } from "../components/spec";
import { Swarm } from "../components/swarm/swarm";
import { Provider } from "../provider/sdk";
import { fromRoot, SettingsError, sshKey, vsphereConnection, type SshKey } from "./settings";

/** A cluster: machines, Docker on them, a Swarm. */
export async function cluster(config: pulumi.Config): Promise<pulumi.Inputs> {
  const { spec, warnings } = loadCluster(fromRoot(config.require("spec")));
  for (const warning of warnings) void pulumi.log.warn(renderProblem(warning));

  const problems: string[] = [];
  const key = sshKey(config, problems);
  const connection = spec.vsphere && vsphereConnection(problems);
  if (key === undefined || problems.length > 0) throw new SettingsError(problems);

  const identity = `${pulumi.getProject()}/${pulumi.getStack()}`;
  const slipway = new Provider(spec.name, {
    cluster: identity,
    user: spec.access.user,
    port: spec.access.port,
    privateKey: key.privateKey,
    vsphere: connection,
    hosts: spec.hosts && staticHosts(spec),
  });
  const machines =
    spec.vsphere === undefined
      ? existing(spec)
      : await onVsphere(spec, spec.vsphere, key, identity, slipway);

  const docker = new DockerHosts(spec.name, { spec, machines }, { providers: [slipway] });
  const swarm = new Swarm(spec.name, { spec, hosts: docker.hosts }, { providers: [slipway] });
  return { ...outputs(spec, docker, swarm, machines) };
}

type ClusterMachine = BootedMachine & { readonly staleFields?: pulumi.Output<string[]> };

function existing(spec: ClusterSpec): ClusterMachine[] {
  return existingMachines(spec).flatMap((machine) => {
    const pool = spec.nodePools[machine.poolName];
    return pool === undefined ? [] : [{ ...machine, pool }];
  });
}

async function onVsphere(
  spec: ClusterSpec,
  vsphere: VsphereSpec,
  key: SshKey,
  identity: string,
  slipway: Provider,
): Promise<ClusterMachine[]> {
  const { lookUp } = await import("../components/machines/lookups");
  const { VsphereMachines } = await import("../components/machines/vsphereMachines");
  const inventory = await lookUp(vsphere, {});
  const { machines } = new VsphereMachines(
    spec.name,
    {
      spec,
      vsphere,
      machines: machinesOf(spec),
      inventory,
      cluster: identity,
      publicKey: key.publicKey,
      roll: parseRoll(process.env[rollVariable]),
    },
    { providers: [slipway] },
  );
  return machines.map(({ machine, vmUuid, staleFields }) => ({ ...machine, vmUuid, staleFields }));
}

function outputs(
  spec: ClusterSpec,
  docker: DockerHosts,
  swarm: Swarm,
  machines: readonly ClusterMachine[],
): pulumi.Inputs {
  const addresses = (role: "manager" | "worker") =>
    Object.fromEntries(
      docker.hosts
        .filter(({ machine }) => machine.pool.role === role)
        .map(({ machine, host }) => [machine.name, host.address]),
    );
  const facts = pulumi.all(docker.hosts.map(({ host }) => host.facts));
  const stale = pulumi
    .all(machines.map(({ name, staleFields }) => pulumi.all([name, staleFields ?? []])))
    .apply((all) => Object.fromEntries(all.filter(([, fields]) => fields.length > 0)));
  return {
    name: spec.name,
    version: spec.version,
    clusterId: swarm.clusterId,
    managers: addresses("manager"),
    workers: addresses("worker"),
    sshUser: spec.access.user,
    /** Kernel features that every node has. */
    features: facts.apply((all) => ({
      ipvs: all.every(({ features }) => features.ipvs),
      esp: all.every(({ features }) => features.esp),
    })),
    staleMachines: stale,
    /** What applications get: the Docker API of the managers and a client certificate, never the SSH key. */
    dockerEndpoints: docker.hosts.flatMap(({ endpoint }) => (endpoint ? [endpoint] : [])),
    dockerCaCertificate: docker.authority.caCertificate,
    dockerClientCertificate: docker.authority.clientCertificate,
    dockerClientKey: pulumi.secret(docker.authority.clientKey),
    ...(spec.swarm.autolock && { unlockKey: pulumi.secret(swarm.unlockKey) }),
  };
}
