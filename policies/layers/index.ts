import type { Resource } from "../core/resource";
import type { Subject } from "../core/subjects";
import { kubernetesJob, kubernetesObject } from "./kubernetes";
import {
  certificate,
  clusterNode,
  dockerEngine,
  kubernetesCluster,
  kubernetesHost,
  logStoreIdentity,
  registryIdentity,
  swarmCluster,
  swarmFile,
} from "./machines";
import { swarmNetwork, swarmWorkload } from "./swarm";
import { virtualMachine, vsphereOther } from "./vsphere";

type Adapter = (resource: Resource) => Subject;

/** By type of resource, who reads it. */
const adapters: ReadonlyMap<string, Adapter> = new Map<string, Adapter>([
  ["vsphere:index/virtualMachine:VirtualMachine", virtualMachine],
  ["vsphere:index/computeClusterVmAntiAffinityRule:ComputeClusterVmAntiAffinityRule", vsphereOther],
  ["slipway:machines:VsphereMachines", vsphereOther],
  ["slipway:index:SwarmService", swarmWorkload],
  ["slipway:index:SwarmJob", swarmWorkload],
  ["slipway:index:SwarmNetwork", swarmNetwork],
  ["slipway:index:SwarmConfig", swarmFile],
  ["slipway:index:SwarmSecret", swarmFile],
  ["slipway:index:SwarmCluster", swarmCluster],
  ["slipway:index:KubernetesCluster", kubernetesCluster],
  ["slipway:index:SwarmNode", clusterNode],
  ["slipway:index:KubernetesNode", clusterNode],
  ["slipway:index:Engine", dockerEngine],
  ["slipway:index:KubernetesHost", kubernetesHost],
  ["slipway:index:DockerApiAuthority", certificate],
  ["slipway:index:DockerApi", certificate],
  ["slipway:index:KubernetesCredential", certificate],
  ["slipway:index:RegistryIdentity", registryIdentity],
  ["slipway:index:LogStoreIdentity", logStoreIdentity],
  ["slipway:index:KubernetesJob", kubernetesJob],
]);

/** What rules can ask of a resource; `undefined` where there is nothing. */
export function subjectOf(resource: Resource): Subject | undefined {
  const adapter =
    adapters.get(resource.type) ??
    (resource.type.startsWith("kubernetes:") ? kubernetesObject : undefined);
  return adapter?.(resource);
}
