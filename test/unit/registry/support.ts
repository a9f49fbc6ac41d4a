import path from "node:path";
import { parseCluster, type ClusterSpec } from "../../../components/spec";
import type { Identity, RegistrySecrets } from "../../../components/registry/files";
import { ownRegistry, type OwnRegistrySpec } from "../../../components/registry/own";

export const golden = (name: string) => path.join(__dirname, "../../fixtures/registry", name);

/** Where the objects of a cluster are, which the linter and an API server are asked about. */
export const goldenObjects = (name: string) =>
  path.join(__dirname, "../../fixtures/kubernetes-addons", `registry-${name}.json`);

/** Of a registry that nobody runs. */
export const identity: Identity = {
  certificate: "CERTIFICATE\n",
  key: "KEY\n",
  seed: "seed-of-the-tests",
};

export const secrets: RegistrySecrets = {
  passwords: { ci: "correct horse battery", dev: "staple of the day" },
  s3: { accessKey: "S3-ACCESS", secretKey: "S3-SECRET" },
  cachePassword: "UPSTREAM-PASSWORD",
};

const hosts = `
kind: Cluster
name: lab
version: 1.0.0
orchestrator: swarm
hosts:
  - { address: 10.1.0.1, pool: managers, name: first, trustOnFirstUse: true }
  - { address: 10.1.0.2, pool: workers, name: second, trustOnFirstUse: true }
access: { user: ops }
nodePools: { managers: { role: manager }, workers: { role: worker } }
engine: { version: "24.0", source: preinstalled }
`;

export const swarmYml = hosts;

export const kubernetesYml = hosts
  .replace("orchestrator: swarm", "orchestrator: kubernetes")
  .replace("role: manager", "role: controlPlane")
  .replace('engine: { version: "24.0", source: preinstalled }', "kubernetes: { version: 1.34.1 }");

/** What the tests' registries are. */
export const registries = {
  volume: `{ address: registry.test, storage: { volume: { node: second, sizeGiB: 20 } }, accounts: { ci: { role: push }, dev: {} } }`,
  full: `{ address: 10.1.0.2, pullPort: 5100, pushPort: 5101, storage: { volume: { name: images, node: second, sizeGiB: 20 } }, accounts: { ci: { role: push }, dev: {} }, cache: { port: 5102, user: company }, garbageCollection: { time: "04:30", days: [sunday, wednesday] }, image: "hub.test/registry:mine" }`,
  s3: `{ address: registry.test, storage: { s3: { endpoint: "https://s3.test", bucket: images, prefix: lab } }, cache: {} }`,
  open: `{ address: registry.test, storage: { volume: { sizeGiB: 20, storageClass: fast } } }`,
} as const;

export function clusterWith(registry: string, yml = swarmYml): ClusterSpec {
  return parseCluster("cluster.yml", `${yml}platform: { registry: ${registry} }\n`).spec;
}

export function specOf(registry: keyof typeof registries, yml = swarmYml): OwnRegistrySpec {
  const spec = ownRegistry(clusterWith(registries[registry], yml).platform.registry);
  if (spec === undefined) throw new Error(`${registry} is the site's own`);
  return spec;
}
