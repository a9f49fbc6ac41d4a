import { existsSync, readdirSync, rmSync, rmdirSync } from "node:fs";
import { bridgeOwner, refuseOtherLab, removeNetwork } from "./engine/network";
import { destroyGroup, groupProcesses } from "./host/cgroups";
import { pidFile } from "./host/daemon";
import { readPidFile } from "./host/process";
import { removeVeiled } from "./host/veils";
import { labLayout, type Layout } from "./layout";

const daemons = ["vcenter", "registry", "dockerd"];

/** Entries of `LAB_DIR` that are the lab's; anything else there is somebody else's and stays. */
function ownEntries(layout: Layout): string[] {
  const names = [
    "env",
    "lab.json",
    "logs",
    "engine",
    "ca",
    "registry",
    "ssh",
    "pulumi",
    "state",
    "vcenter",
  ];
  return names.map((name) => `${layout.dir}/${name}`);
}

/**
 * Ends everything that a lab has started, and removes everything that it has made on the host: what runs in order, and
 * what a killed lab has left.
 *
 * @param env Environment in which `nft` is found.
 */
export async function takeDown(layout: Layout, env: NodeJS.ProcessEnv): Promise<void> {
  // All of it is about to be thrown away: nothing needs an orderly end.
  if (!(await destroyGroup(layout.id))) {
    throw new Error(`processes of the lab do not end: ${groupProcesses(layout.id).join(", ")}`);
  }
  if (bridgeOwner() === layout.dir || bridgeOwner() === undefined) await removeNetwork(layout, env);
  removeVeiled(layout);
  rmSync(layout.run, { recursive: true, force: true });
  for (const entry of ownEntries(layout)) rmSync(entry, { recursive: true, force: true });
  if (existsSync(layout.dir) && readdirSync(layout.dir).length === 0) rmdirSync(layout.dir);
}

/** Refuses when another lab runs on this host; takes down what is left of another one that was killed. */
export async function makeWay(layout: Layout, env: NodeJS.ProcessEnv): Promise<void> {
  const owner = bridgeOwner();
  if (owner === undefined || owner === layout.dir) return;
  const other = labLayout(owner);
  if (runs(other)) refuseOtherLab(owner, layout);
  await takeDown(other, env);
}

/** Whether the lab's services run, all of them. */
export function runs(layout: Layout): boolean {
  return daemons.every((name) => readPidFile(pidFile(layout, name)) !== undefined);
}
