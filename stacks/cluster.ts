import * as pulumi from "@pulumi/pulumi";
import { commonFeatures, DockerHosts, type DockerHost } from "../components/docker";
import { existingHosts } from "../components/machines/existingHosts";
import type { Machine } from "../components/machines/machine";
import { loadCluster, type ClusterSpec, type NodeRole } from "../components/spec";
import { Swarm } from "../components/swarm";
import { Provider, type StaticHost } from "../provider/sdk";
import { clusterSettings, type ClusterSettings } from "./settings";
import { load, required } from "./specFile";
import type * as ingresses from "./ingress";
import type * as onVsphere from "./vsphere";

/** A cluster: machines, Docker on them, a Swarm of them. */
export async function cluster(config: pulumi.Config): Promise<pulumi.Inputs> {
  const { spec } = load(required(config, ["spec"]).spec, (file) => loadCluster(file));
  const settings = clusterSettings(config, spec);
  const { machines, slipway, stale } = await machinesOf(spec, settings);

  const options = { providers: [slipway] };
  const { hosts, authority } = new DockerHosts(
    spec.name,
    { cluster: spec.name, machines, spec },
    options,
  );
  const swarm = new Swarm(
    spec.name,
    { cluster: spec.name, hosts, nodePools: spec.nodePools, spec: spec.swarm },
    options,
  );
  // What applications get: the managers' Docker API and a client certificate, never the SSH key.
  const endpoints = hosts.flatMap(({ api }) => (api === undefined ? [] : [api.endpoint]));
  const { caCertificate, clientCertificate } = authority;
  const clientKey = pulumi.secret(authority.clientKey);
  const wanted = spec.platform.ingress;
  const ingress =
    wanted &&
    (module.require("./ingress") as typeof ingresses).ingress(spec, wanted, {
      identity: settings.identity,
      docker: pulumi.output({ endpoints, caCertificate, clientCertificate, clientKey }),
      tlsKey: settings.ingressTlsKey,
      dependsOn: swarm,
    });
  return {
    name: spec.name,
    version: spec.version,
    clusterId: swarm.swarmId,
    managers: addresses(hosts, "manager"),
    workers: addresses(hosts, "worker"),
    sshUser: spec.access.user,
    features: commonFeatures(hosts),
    encryptOverlays: spec.swarm.encryptOverlays,
    staleMachines: stale,
    dockerEndpoints: endpoints,
    dockerCaCertificate: caCertificate,
    dockerClientCertificate: clientCertificate,
    dockerClientKey: clientKey,
    ...(ingress !== undefined && { ingress }),
    ...(spec.swarm.autolock && { unlockKey: pulumi.secret(swarm.unlockKey) }),
  };
}

interface Machines {
  readonly machines: readonly Machine[];
  readonly slipway: pulumi.ProviderResource;
  /** Machines that run an older definition, and in which fields it differs. */
  readonly stale: pulumi.Input<Record<string, string[]>>;
}

/** Machines that exist already, or VMs; what vSphere needs is loaded for VMs only. */
async function machinesOf(spec: ClusterSpec, settings: ClusterSettings): Promise<Machines> {
  const { vsphere, hosts = [], nodePools } = spec;
  if (vsphere === undefined) {
    const { machines, addressBook } = existingHosts(hosts, nodePools);
    return { machines, slipway: slipwayProvider(spec, settings, addressBook), stale: {} };
  }
  const { vsphereMachines } = module.require("./vsphere") as typeof onVsphere;
  return vsphereMachines(spec, vsphere, settings, slipwayProvider(spec, settings));
}

function slipwayProvider(
  spec: ClusterSpec,
  { identity, privateKey, vsphere }: ClusterSettings,
  hosts?: readonly StaticHost[],
): pulumi.ProviderResource {
  const { user, port } = spec.access;
  return new Provider(spec.name, { cluster: identity, user, port, privateKey, vsphere, hosts });
}

function addresses(
  hosts: readonly DockerHost[],
  wanted: NodeRole,
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    hosts.filter(({ role }) => role === wanted).map(({ name, host }) => [name, host.address]),
  );
}
