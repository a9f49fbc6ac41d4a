import { link, lstat, mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { buildPart, builtPart } from "./build";
import { cacheFolder } from "./cache";
import { ToolchainError } from "./errors";
import { installedPulumi, type Installed } from "./onPath";
import { partNamed, partsFor, type Part, type Purpose } from "./parts";
import { officialPlugin, userPulumiHome, type Plugin } from "./plugins";
import type { Progress } from "./progress";
import { provideVsphereSdk, type SdkSource } from "./sdk";

export { ToolchainError } from "./errors";
export { withoutEngineLogs } from "./engineLogs";
export { installPlugins, userPulumiHome, type Plugin } from "./plugins";
export { Progress } from "./progress";
export { purposes, type Purpose } from "./parts";

/** One part as it is used here. */
export interface UsedPart {
  readonly name: string;
  readonly version: string;
  readonly source: "official" | "built from Go modules" | "cached build";
  readonly file: string;
}

/** One part as it is found, with nothing built. */
export type FoundPart = UsedPart | (Pick<UsedPart, "name" | "version"> & { source: "missing" });

export interface Toolchain {
  /** Folder with `pulumi` and its language host, to be first on the PATH. */
  readonly binDir: string;
  readonly plugins: readonly Plugin[];
  readonly parts: readonly UsedPart[];
  /** Why a Pulumi that is on the PATH is not used. */
  readonly remark: string | undefined;
}

/**
 * Brings what the purpose needs: what is installed where the pinned version is, else from the cache, else built.
 * What is built already costs half a second.
 * @param provideSdk brings the npm package of the vSphere plugin; default: into the project's `sdks/vsphere`.
 * @throws {ToolchainError} when a part can't be had.
 */
export async function toolchain(
  purpose: Purpose,
  progress: Progress,
  provideSdk: (source: SdkSource, progress: Progress) => Promise<unknown> = provideVsphereSdk,
): Promise<Toolchain> {
  const installed = await installedPulumi(partNamed("pulumi").version);
  const used = await Promise.all(
    partsFor(purpose).map((part) => provide(part, installed, progress)),
  );
  const vsphere = used.find(({ name }) => name === "pulumi-resource-vsphere");
  if (vsphere !== undefined) {
    const { version, file: plugin } = vsphere;
    const officialCli = vsphere.source === "official" ? installed.folder : undefined;
    await provideSdk({ version, plugin, officialCli }, progress);
  }
  return {
    binDir: installed.folder ?? (await composeBin(used.filter(isOf("program")))),
    plugins: used.filter(isOf("plugin")).map(({ name, version, file }) => ({
      name: pluginName(name),
      version,
      file,
    })),
    parts: used,
    remark: remarkOf(installed),
  };
}

/** What of the tool chain is here, and from where, with nothing built; `remark` says what is here and does not fit. */
export async function inspect(
  purpose: Purpose,
): Promise<{ parts: readonly FoundPart[]; remark: string | undefined }> {
  const installed = await installedPulumi(partNamed("pulumi").version);
  const found = await Promise.all(
    partsFor(purpose).map(async (part): Promise<FoundPart> => {
      const { name, version } = part;
      const official = await officialFile(part, installed);
      if (official !== undefined) return { name, version, source: "official", file: official };
      const file = await builtPart(part).catch((error: unknown) => {
        if (error instanceof ToolchainError) return undefined;
        throw error;
      });
      return file === undefined
        ? { name, version, source: "missing" }
        : { name, version, source: "cached build", file };
    }),
  );
  return { parts: found, remark: remarkOf(installed) };
}

const remarkOf = (installed: Installed) => ("remark" in installed ? installed.remark : undefined);

const isOf = (kind: Part["kind"]) => (used: UsedPart) => partNamed(used.name).kind === kind;

const pluginName = (program: string) => program.replace("pulumi-resource-", "");

async function provide(part: Part, installed: Installed, progress: Progress): Promise<UsedPart> {
  const { name, version } = part;
  const official = await officialFile(part, installed);
  if (official !== undefined) return { name, version, source: "official", file: official };
  const { file, built } = await buildPart(part, progress);
  return { name, version, source: built ? "built from Go modules" : "cached build", file };
}

/**
 * The official program of the part, where one is installed. Official plugins go with the official CLI:
 * it generates the package of the vSphere plugin.
 */
async function officialFile(part: Part, { folder }: Installed): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  switch (part.kind) {
    case "program":
      return path.join(folder, part.name);
    case "plugin":
      return officialPlugin(userPulumiHome(), pluginName(part.name), part.version);
    case "peer":
      return undefined;
  }
}

/**
 * The engine wants CLI and language host in one folder. Links to their files and not to their names: the CLI looks
 * for the language host beside the file that it is.
 */
async function composeBin(programs: readonly UsedPart[]): Promise<string> {
  const binDir = path.join(cacheFolder(), "bin");
  await mkdir(binDir, { recursive: true });
  for (const { name, file } of programs) {
    const target = path.join(binDir, name);
    if (await sameFile(target, file)) continue;
    // In one step: a program that is starting meanwhile finds the old one or the new one.
    const aside = `${target}.${process.pid}`;
    await rm(aside, { force: true });
    await link(file, aside);
    await rename(aside, target);
  }
  return binDir;
}

async function sameFile(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [one, other].map((file) => lstat(file).catch(() => undefined)),
  );
  return first !== undefined && first.dev === second?.dev && first.ino === second.ino;
}
