import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { importImage, startEngine } from "../engine/engine";
import { LabError } from "../errors";
import { createGroup } from "../host/cgroups";
import { pidFile } from "../host/daemon";
import { endProcess } from "../host/process";
import { run, runAny } from "../host/run";
import { labLayout } from "../layout";
import { cachedPart, discardPart } from "./cache";
import { hostPackages } from "./hostPackages";

/** An image as the data of an engine that has imported it. */
export interface EngineImage {
  /** Data root of an engine, to be copied before an engine starts on it. */
  readonly engineData: string;
  /** Name under which the engine knows the image: changes with the content. */
  readonly reference: string;
  /** Checks every file against what was built; a damaged image is thrown away and an error says so. */
  readonly verify: () => Promise<void>;
}

export interface EngineImagePlan {
  /** Name in the cache. */
  readonly shelf: string;
  /** Hash of everything that goes into it. */
  readonly key: string;
  readonly reference: string;
  /** Writes the root file system into the file; the folder is for the work and goes afterwards. */
  readonly build: (tar: string, room: string) => Promise<void>;
  /** Data of an engine that has other images, which stay beside this one. */
  readonly beside?: string;
  /** Folders that every machine has as a volume. */
  readonly volumes?: readonly string[];
}

/**
 * The image, built and imported unless the cache has it. Importing takes ten times as long as linking the result into
 * the data of a lab's engine.
 */
export async function engineImage(plan: EngineImagePlan): Promise<EngineImage> {
  const { shelf, key, reference } = plan;
  const folder = await cachedPart(shelf, key, async (work) => {
    const tar = join(work, "machine.tar");
    const room = join(work, "room");
    await plan.build(tar, room);
    rmSync(room, { recursive: true, force: true });
    if (plan.beside !== undefined)
      await run("cp", ["--archive", "--link", plan.beside, join(work, "engine")]);
    await importInto(work, tar, plan);
    rmSync(tar);
    writeFileSync(join(work, "sha256"), await treeHash(join(work, "engine")));
  });
  const engineData = join(folder, "engine");
  return {
    engineData,
    reference,
    verify: async () => {
      if ((await treeHash(engineData)) === readFileSync(join(folder, "sha256"), "utf8")) return;
      discardPart(shelf, key);
      throw new LabError(
        `${engineData} was damaged. It has been thrown away; the next run builds it anew.`,
      );
    },
  };
}

/** Runs a script that builds a root file system; it ends with us, and its mounts with it. */
export async function runBuild(
  script: string,
  args: readonly string[],
  progress: (text: string) => void,
): Promise<void> {
  const inOwnSpace = ["unshare", "--mount", "--pid", "--fork", "--kill-child"];
  const build = await runAny("setpriv", ["--pdeathsig", "KILL", ...inOwnSpace, script, ...args], {
    onLine: progress,
  });
  if (build.code === 0) return;
  const said = build.stderr.trim().split("\n").slice(-15).join("\n");
  throw new LabError(`The machines' image could not be built:\n${said}`);
}

/** Imports the tar with an engine that is only there for that. */
async function importInto(work: string, tar: string, plan: EngineImagePlan): Promise<void> {
  const layout = { ...labLayout(work), engineData: join(work, "engine") };
  mkdirSync(layout.run, { recursive: true });
  const packages = await hostPackages(() => undefined);
  await startEngine(layout, createGroup(layout.id), packages);
  const changes = (plan.volumes ?? []).map((path) => `VOLUME ${path}`);
  await importImage(layout, tar, plan.reference, changes);
  await endProcess(pidFile(layout, "dockerd"), 20_000);
  // What is not the image is the engine's own: its key, its plugins, its empty networks.
  for (const name of [
    "builder",
    "buildkit",
    "containerd",
    "containers",
    "network",
    "plugins",
    "runtimes",
    "swarm",
    "tmp",
    "trust",
    "volumes",
  ]) {
    rmSync(join(layout.engineData, name), { recursive: true, force: true });
  }
}

/** SHA-256 over names and contents of all files; computed by sha256sum, which is faster than we are. */
async function treeHash(folder: string): Promise<string> {
  const list = "find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum";
  return (await run("/bin/sh", ["-c", list], { cwd: folder })).split(" ")[0] ?? "";
}
