/** A cluster of 1 control plane and 2 workers; each test changes what it is about. */
export const kubernetesYml = `
kind: Cluster
name: lab
version: 1.0.0
orchestrator: kubernetes
vsphere:
  datacenter: DC0
  computeCluster: DC0_C0
  datastore: LocalDS_0
  network: VM Network
  folder: slipway/lab
  template: debian-12-kubernetes
access:
  user: ops
nodePools:
  control: { role: controlPlane, count: 1, numCpus: 2, memoryMiB: 2048, diskGiB: 8, replace: never }
  workers: { role: worker, count: 2, numCpus: 2, memoryMiB: 4096, diskGiB: 8, labels: { zone: a } }
kubernetes:
  version: 1.34.1
platform:
  mirror: registry.test/hub
`;

/** 3 control planes and 1 worker, behind a virtual address. */
export const quorumYml = kubernetesYml
  .replace("count: 1, ", "count: 3, ")
  .replace(", replace: never", "")
  .replace("count: 2, ", "count: 1, ")
  .replace(
    "version: 1.34.1\n",
    "version: 1.34.1\n  apiEndpoint: { address: 10.0.0.9, kind: virtual }\n",
  );
