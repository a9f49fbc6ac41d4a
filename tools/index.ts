import { mkdir, readdir, rm, symlink } from "node:fs/promises";
import path from "node:path";
import pLimit from "p-limit";
import { buildPart } from "./build";
import { cacheFolder } from "./cache";
import { installedPulumi } from "./onPath";
import { partNamed, partsFor, type Part, type Purpose } from "./parts";
import type { Plugin } from "./plugins";
import type { Progress } from "./progress";
import { provideVsphereSdk } from "./sdk";

export { ToolchainError } from "./build";
export { installPlugins, type Plugin } from "./plugins";
export { Progress } from "./progress";
export { purposes, type Purpose } from "./parts";

/** One part as it is used here. */
export interface UsedPart {
  readonly name: string;
  readonly version: string;
  readonly source: "on the PATH" | "built from Go modules" | "cached build";
  readonly file: string;
}

export interface Toolchain {
  /** Folder with `pulumi` and its language host, to be first on the PATH. */
  readonly binDir: string;
  readonly plugins: readonly Plugin[];
  readonly parts: readonly UsedPart[];
}

/** Two builds at a time: while one links on one core, the other compiles. */
const concurrentBuilds = 2;

/** Brings what the purpose needs: from the PATH where the pinned version is there, from the cache, else built. */
export async function toolchain(purpose: Purpose, progress: Progress): Promise<Toolchain> {
  const wanted = partsFor(purpose);
  const installed = await installedPulumi(partNamed("pulumi").version);
  const limit = pLimit(concurrentBuilds);
  const used = await Promise.all(
    wanted.map((part) => limit(() => provide(part, installed, progress))),
  );
  const fileOf = (name: string) => used.find((part) => part.name === name)?.file;
  const vsphere = fileOf("pulumi-resource-vsphere");
  const generator = fileOf("sdkgen");
  if (vsphere !== undefined && generator !== undefined)
    await provideVsphereSdk(vsphere, generator, progress);
  const programs = used.filter(({ name }) => partNamed(name).kind === "program");
  return {
    binDir: installed ?? (await composeBin(programs)),
    plugins: used
      .filter(({ name }) => partNamed(name).kind === "plugin")
      .map(({ name, version, file }) => ({
        name: name.replace("pulumi-resource-", ""),
        version,
        file,
      })),
    parts: used,
  };
}

async function provide(
  part: Part,
  installed: string | undefined,
  progress: Progress,
): Promise<UsedPart> {
  const { name, version } = part;
  if (part.fromPath && installed !== undefined)
    return { name, version, source: "on the PATH", file: path.join(installed, name) };
  const { file, built } = await buildPart(part, progress);
  return { name, version, source: built ? "built from Go modules" : "cached build", file };
}

/** The engine wants CLI and language host in one folder. */
async function composeBin(programs: readonly UsedPart[]): Promise<string> {
  const binDir = path.join(cacheFolder(), "bin");
  await mkdir(binDir, { recursive: true });
  for (const name of await readdir(binDir)) {
    if (!programs.some((program) => program.name === name))
      await rm(path.join(binDir, name), { force: true });
  }
  for (const { name, file } of programs) {
    const target = path.join(binDir, name);
    await rm(target, { force: true });
    await symlink(file, target);
  }
  return binDir;
}
