import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { cluster } from "../../../../stacks/cluster";
import { runProgram, type LookUps, type Run } from "./program";

/** A cluster of 3 managers and 2 workers; each test changes what it is about. */
export const clusterYml = `
kind: Cluster
name: lab
version: 1.0.0
orchestrator: swarm
vsphere:
  datacenter: DC0
  computeCluster: DC0_C0
  datastore: LocalDS_0
  network: VM Network
  folder: slipway/lab
  template: debian-12
access:
  user: ops
nodePools:
  managers: { role: manager, count: 3, numCpus: 1, memoryMiB: 1024, diskGiB: 8 }
  workers: { role: worker, count: 2, numCpus: 1, memoryMiB: 1024, diskGiB: 8, labels: { zone: a } }
engine:
  version: "20.10"
`;

/** What the SDK gets from the engine when a look-up fails. */
export function lookUpError(reason: string): Error {
  return Object.assign(new Error(reason), { details: reason });
}

/** What the vCenter of these tests has. */
export const lookUps: LookUps = {
  "vsphere:index/getDatacenter:getDatacenter": () => ({ id: "datacenter-1" }),
  "vsphere:index/getComputeCluster:getComputeCluster": () => ({
    id: "domain-c1",
    resourcePoolId: "resgroup-root",
  }),
  "vsphere:index/getResourcePool:getResourcePool": ({ name }) => ({
    id: `resgroup ${String(name)}`,
  }),
  "vsphere:index/getDatastore:getDatastore": () => ({ id: "datastore-1" }),
  "vsphere:index/getDatastoreCluster:getDatastoreCluster": () => ({ id: "group-p1" }),
  "vsphere:index/getNetwork:getNetwork": () => ({ id: "network-1", type: "Network" }),
  "vsphere:index/getFolder:getFolder": () => ({ id: "group-v1" }),
  "vsphere:index/getVirtualMachine:getVirtualMachine": () => ({
    uuid: "template-uuid",
    guestId: "debian12_64Guest",
    scsiType: "pvscsi",
    firmware: "efi",
    networkInterfaceTypes: ["vmxnet3"],
    disks: [{ size: 6, thinProvisioned: true, eagerlyScrub: false }],
  }),
  "vsphere:index/getTagCategory:getTagCategory": ({ name }) => ({ id: `category ${String(name)}` }),
  "vsphere:index/getTag:getTag": ({ name, categoryId }) => ({
    id: `tag ${String(name)} of ${String(categoryId)}`,
  }),
};

/** A vCenter where nothing but the datacenter is to be found. */
export const emptyDatacenter: LookUps = Object.fromEntries(
  Object.entries(lookUps).map(([token, answer]) => [
    token,
    token.includes("getDatacenter")
      ? answer
      : () => {
          throw lookUpError(`invoking ${token}: error fetching thing: thing 'x' not found`);
        },
  ]),
);

export interface ClusterRun {
  /** `cluster.yml`; default `clusterYml`. */
  readonly yml?: string;
  readonly lookUps?: LookUps;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Configuration of the Pulumi stack, beside the spec. */
  readonly config?: Readonly<Record<string, string>>;
}

const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-components-"));
const keyFile = path.join(folder, "key");
const key = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});
writeFileSync(keyFile, key.privateKey, { mode: 0o600 });

const connection = {
  VSPHERE_SERVER: "vcenter.example.com",
  VSPHERE_USER: "ops",
  VSPHERE_PASSWORD: "secret",
  SLIPWAY_SSH_PRIVATE_KEY_FILE: keyFile,
  SLIPWAY_ROLL: undefined,
};

/** Runs the program of a cluster against mocks. */
export async function runCluster(options: ClusterRun = {}): Promise<Run> {
  const file = path.join(folder, "cluster.yml");
  writeFileSync(file, options.yml ?? clusterYml);
  const before = { ...process.env };
  for (const [name, value] of Object.entries({ ...connection, ...options.env })) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  try {
    pulumi.runtime.setAllConfig({ "slipway:spec": file, ...options.config });
    return await runProgram(
      () => cluster(new pulumi.Config("slipway")),
      options.lookUps ?? lookUps,
    );
  } finally {
    process.env = before;
  }
}
