import type * as files from "./application/fileHandler";
import type * as jobs from "./application/jobHandler";
import type * as kubernetesJobs from "./application/kubernetes/jobHandler";
import type * as kubernetesRollouts from "./application/kubernetes/rollout/handler";
import type * as networks from "./application/networkHandler";
import type * as services from "./application/serviceHandler";
import type * as engines from "./engine/handler";
import type * as hosts from "./host/handler";
import type * as kubernetesClusters from "./kubernetes/cluster/handler";
import type * as kubernetesCredentials from "./kubernetes/credential/handler";
import type * as kubernetesHosts from "./kubernetes/host/handler";
import type * as kubernetesLocks from "./kubernetes/lock";
import type * as kubernetesNodes from "./kubernetes/node/handler";
import type * as machines from "./machines/handler";
import type * as registries from "./registry/identityHandler";
import type { HandlerTable } from "./server/server";
import type * as swarms from "./swarm/clusterHandler";
import type * as locks from "./swarm/lock";
import type * as nodes from "./swarm/nodeHandler";
import type * as apis from "./swarm/tls/apiHandler";
import type * as authorities from "./swarm/tls/authorityHandler";

/**
 * What the provider manages, by type token. Each is loaded when the first resource of it is seen; by `require`,
 * because `import()` would go around tsx.
 */
export const handlers: HandlerTable = {
  "slipway:index:NodePoolGenerations": () =>
    (module.require("./machines/handler") as typeof machines).nodePoolGenerations,
  "slipway:index:Host": () => (module.require("./host/handler") as typeof hosts).host,
  "slipway:index:Engine": () => {
    const { createEngine } = module.require("./engine/handler") as typeof engines;
    const { swarmLock } = module.require("./swarm/lock") as typeof locks;
    return createEngine(swarmLock);
  },
  "slipway:index:SwarmCluster": () =>
    (module.require("./swarm/clusterHandler") as typeof swarms).swarmCluster,
  "slipway:index:SwarmNode": () =>
    (module.require("./swarm/nodeHandler") as typeof nodes).swarmNode,
  "slipway:index:DockerApiAuthority": () =>
    (module.require("./swarm/tls/authorityHandler") as typeof authorities).dockerApiAuthority,
  "slipway:index:RegistryIdentity": () =>
    (module.require("./registry/identityHandler") as typeof registries).registryIdentity,
  "slipway:index:DockerApi": () =>
    (module.require("./swarm/tls/apiHandler") as typeof apis).dockerApi,
  "slipway:index:KubernetesHost": () => {
    const { createKubernetesHost } = module.require(
      "./kubernetes/host/handler",
    ) as typeof kubernetesHosts;
    const { kubernetesLock } = module.require("./kubernetes/lock") as typeof kubernetesLocks;
    return createKubernetesHost(kubernetesLock);
  },
  "slipway:index:KubernetesCluster": () =>
    (module.require("./kubernetes/cluster/handler") as typeof kubernetesClusters).kubernetesCluster,
  "slipway:index:KubernetesNode": () =>
    (module.require("./kubernetes/node/handler") as typeof kubernetesNodes).kubernetesNode,
  "slipway:index:KubernetesCredential": () =>
    (module.require("./kubernetes/credential/handler") as typeof kubernetesCredentials)
      .kubernetesCredential,
  "slipway:index:SwarmNetwork": () =>
    (module.require("./application/networkHandler") as typeof networks).swarmNetwork,
  "slipway:index:SwarmConfig": () =>
    (module.require("./application/fileHandler") as typeof files).swarmConfig,
  "slipway:index:SwarmSecret": () =>
    (module.require("./application/fileHandler") as typeof files).swarmSecret,
  "slipway:index:SwarmService": () =>
    (module.require("./application/serviceHandler") as typeof services).swarmService,
  "slipway:index:KubernetesJob": () =>
    (module.require("./application/kubernetes/jobHandler") as typeof kubernetesJobs).kubernetesJob,
  "slipway:index:KubernetesRollout": () =>
    (module.require("./application/kubernetes/rollout/handler") as typeof kubernetesRollouts)
      .kubernetesRollout,
  "slipway:index:SwarmJob": () =>
    (module.require("./application/jobHandler") as typeof jobs).swarmJob,
};
