import { existsSync, readdirSync, rmSync, rmdirSync } from "node:fs";
import { bridgeOwner, refuseOtherLab, removeNamelessBridge, removeNetwork } from "./engine/network";
import { destroyGroup, groupProcesses } from "./host/cgroups";
import { pidFile } from "./host/daemon";
import { readPidFile } from "./host/process";
import { removeVeiled } from "./host/veils";
import { labLayout, type Layout } from "./layout";
import { hostPackages } from "./parts/hostPackages";

const daemons = ["vcenter", "registry", "packages", "dockerd"];

/** Entries of `LAB_DIR` that are the lab's; anything else there is somebody else's and stays. */
function ownEntries(layout: Layout): string[] {
  const names = [
    "env",
    "logs",
    "engine",
    "ca",
    "registry",
    "ssh",
    "docker",
    "pulumi",
    "state",
    "vcenter",
  ];
  return names.map((name) => `${layout.dir}/${name}`);
}

/**
 * Ends everything that a lab has started, and removes everything that it has made on the host: what runs in order, and
 * what a killed lab has left.
 */
export async function takeDown(layout: Layout): Promise<void> {
  // All of it is about to be thrown away: nothing needs an orderly end.
  if (!(await destroyGroup(layout.id))) {
    throw new Error(`processes of the lab do not end: ${groupProcesses(layout.id).join(", ")}`);
  }
  if (bridgeOwner() === layout.dir) {
    await removeNetwork(layout, await hostPackages(() => undefined));
  }
  removeVeiled(layout);
  rmSync(layout.run, { recursive: true, force: true });
  for (const entry of ownEntries(layout)) rmSync(entry, { recursive: true, force: true });
  if (existsSync(layout.dir) && readdirSync(layout.dir).length === 0) rmdirSync(layout.dir);
}

/** Refuses when another lab runs on this host; takes down what is left of another one that was killed. */
export async function makeWay(layout: Layout): Promise<void> {
  const owner = bridgeOwner();
  if (owner === undefined || owner === layout.dir) return;
  if (owner === "") {
    await removeNamelessBridge();
    return;
  }
  const other = labLayout(owner);
  if (daemons.some((name) => lives(other, name))) refuseOtherLab(owner, layout);
  await takeDown(other);
}

/** Whether a lab stands there, whole: it got as far as its environment, and each service that it started runs. */
export function runs(layout: Layout): boolean {
  const started = daemons.filter((name) => existsSync(pidFile(layout, name)));
  return (
    existsSync(layout.envFile) && started.length > 0 && started.every((name) => lives(layout, name))
  );
}

function lives(layout: Layout, daemon: string): boolean {
  return readPidFile(pidFile(layout, daemon)) !== undefined;
}
