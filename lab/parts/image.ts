import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { importImage, startEngine } from "../engine/engine";
import { LabError } from "../errors";
import { createGroup } from "../host/cgroups";
import { pidFile } from "../host/daemon";
import { endProcess } from "../host/process";
import { run, runAny } from "../host/run";
import { labLayout } from "../layout";
import { needSuite } from "./apt";
import { cachedPart, discardPart } from "./cache";
import { hashInputs } from "../../tools/hash";
import { hostPackages } from "./hostPackages";
import { buildProgram, guestProgram } from "./programs";

const source = join(__dirname, "..", "image");
const shelf = "image";
/** Changes when the part is stored in another way than before. */
const form = "engine data, 1";

/** The standard template as the data of an engine that has imported it. */
export interface TemplateImage {
  /** Data root of an engine, to be copied before an engine starts on it. */
  readonly engineData: string;
  /** Name under which the engine knows the image: changes with the content. */
  readonly reference: string;
  /** Checks every file against what was built; a damaged image is thrown away and an error says so. */
  readonly verify: () => Promise<void>;
}

export async function templateImage(progress: (text: string) => void): Promise<TemplateImage> {
  const guest = await buildProgram(guestProgram, progress);
  const key = hashInputs([source, guestProgram.source], [aptSources(), form]);
  const reference = `slipway-lab/debian-12:${key}`;
  const folder = await cachedPart(shelf, key, async (work) => {
    await buildTree(work, guest, progress);
    await importInto(work, reference);
    rmSync(join(work, "machine.tar"));
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

async function buildTree(
  work: string,
  guest: string,
  progress: (text: string) => void,
): Promise<void> {
  const tools = await hostPackages(progress);
  await needSuite("bookworm");
  const room = join(work, "room");
  // A build ends with us, and its mounts with it.
  const inOwnSpace = [
    "--pdeathsig",
    "KILL",
    "unshare",
    "--mount",
    "--pid",
    "--fork",
    "--kill-child",
  ];
  const build = await runAny(
    "setpriv",
    [...inOwnSpace, join(source, "build.sh"), room, join(work, "machine.tar"), tools.root, guest],
    { onLine: progress },
  );
  if (build.code !== 0) {
    const said = build.stderr.trim().split("\n").slice(-15).join("\n");
    throw new LabError(`The machines' image could not be built:\n${said}`);
  }
  rmSync(room, { recursive: true });
}

/**
 * Imports the tar with an engine that is only there for that. Importing takes ten times as long as linking the result
 * into the data of a lab's engine.
 */
async function importInto(work: string, reference: string): Promise<void> {
  const layout = { ...labLayout(work), engineData: join(work, "engine") };
  mkdirSync(layout.run, { recursive: true });
  const packages = await hostPackages(() => undefined);
  await startEngine(layout, createGroup(layout.id), packages);
  await importImage(layout, join(work, "machine.tar"), reference);
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

/** What apt here is told to fetch from: another mirror makes another image. */
function aptSources(): string {
  return ["/etc/apt/sources.list", "/etc/apt/sources.list.d/debian.sources"]
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}
