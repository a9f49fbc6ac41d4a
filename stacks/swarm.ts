import * as pulumi from "@pulumi/pulumi";
import { DockerHosts } from "../components/docker";
import { addresses, commonFeatures } from "../components/machines/hosts";
import type { SwarmClusterSpec } from "../components/spec";
import { Swarm } from "../components/swarm";
import type { Machines } from "./machines";
import { plannedLogging } from "./plannedLogging";
import { platform } from "./platform";
import { plannedRegistry } from "./plannedRegistry";
import type { ClusterSettings } from "./settings";

/** A Swarm: Docker on the machines, a Swarm of them. @returns outputs that only a Swarm has. */
export function swarm(
  spec: SwarmClusterSpec,
  settings: ClusterSettings,
  { machines, slipway }: Machines,
): pulumi.Inputs {
  const options = { providers: [slipway] };
  const registry = plannedRegistry(spec, settings, slipway);
  const logging = plannedLogging(spec, settings.logging, slipway);
  const { hosts, authority } = new DockerHosts(
    spec.name,
    { cluster: spec.name, machines, spec, registry: registry?.trust },
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
  const offered = platform(spec, {
    identity: settings.identity,
    docker: pulumi.output({ endpoints, caCertificate, clientCertificate, clientKey }),
    ingressTlsKey: settings.ingressTlsKey,
    monitoring: { passwords: settings.monitoring, secret: settings.privateKey },
    logging: {
      identity: logging?.identity,
      secrets: settings.logging,
      secret: settings.privateKey,
      machines: slipway,
    },
    registry: { identity: registry?.identity, secrets: settings.registry?.own },
    dependsOn: swarm,
  });
  return {
    clusterId: swarm.swarmId,
    managers: addresses(hosts, "manager"),
    workers: addresses(hosts, "worker"),
    features: commonFeatures(hosts),
    encryptOverlays: spec.swarm.encryptOverlays,
    dockerEndpoints: endpoints,
    dockerCaCertificate: caCertificate,
    dockerClientCertificate: clientCertificate,
    dockerClientKey: clientKey,
    ...offered,
    ...registry?.outputs,
    ...logging?.outputs,
    ...(spec.swarm.autolock && { unlockKey: pulumi.secret(swarm.unlockKey) }),
  };
}
