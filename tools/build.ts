import { execFile } from "node:child_process";
import { copyFile, cp, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import pLimit from "p-limit";
import { cached, cachedEntry } from "./cache";
import { needGo } from "./compiler";
import { ToolchainError } from "./errors";
import { hashInputs } from "./hash";
import type { Part } from "./parts";
import type { Progress } from "./progress";

const run = promisify(execFile);
const goFolder = path.join(__dirname, "go");

/**
 * One build at a time: Go keeps all cores busy by itself, and two builds side by side would both
 * compile the packages that the parts share, which otherwise the second takes from Go's cache.
 */
const builder = pLimit(1);
/** Downloads wait for the network, not for a core: they run ahead while another part is built. */
const downloader = pLimit(2);

/** A larger heap saves the compiler a tenth of its time; without cgo the programs run on every distribution. */
const goEnvironment = { CGO_ENABLED: "0", GOGC: "400", GOWORK: "off" };

/** Where and how the part is built, and the name of its cache entry: same inputs, same name. */
async function recipe(part: Part) {
  const source = path.join(goFolder, part.go.module);
  const set = Object.entries(part.go.variables ?? {}).map(([name, value]) => `-X ${name}=${value}`);
  const ldflags = ["-s", "-w", ...set].join(" ");
  const compiler = await needGo(source, part.name);
  const key = hashInputs([source], [compiler, part.go.package, ldflags]);
  return { source, ldflags, entry: `${part.name}-${part.version}-${key}` };
}

/** The part's program in the cache; undefined where it would have to be built. */
export async function builtPart(part: Part): Promise<string | undefined> {
  const { entry } = await recipe(part);
  const folder = await cachedEntry(entry);
  return folder === undefined ? undefined : path.join(folder, part.name);
}

/** The program of a part, built from its Go module unless the cache has it. */
export async function buildPart(
  part: Part,
  progress: Progress,
): Promise<{ file: string; built: boolean }> {
  const { source, ldflags, entry } = await recipe(part);
  const goIn = (cwd: string, ...args: readonly string[]) =>
    run("go", [...args], {
      cwd,
      env: { ...process.env, ...goEnvironment },
      maxBuffer: 2 ** 26,
    }).catch((error: unknown) => {
      throw new ToolchainError(`${part.name} could not be built:\n${said(error)}`);
    });
  const { folder, built } = await cached(entry, async (work) => {
    const { name, version } = part;
    const copy = path.join(work, "source");
    const from = await withEmbedded(part, source, copy, (...args) =>
      downloader(() => goIn(source, ...args)),
    );
    await downloader(() => goIn(from, "list", "-mod=readonly", "-deps", part.go.package));
    await builder(() =>
      progress.during(`building ${name} ${version}`, () =>
        goIn(
          from,
          "build",
          "-mod=readonly",
          "-trimpath",
          ...["-ldflags", ldflags],
          ...["-o", path.join(work, name)],
          part.go.package,
        ),
      ),
    );
    await rm(copy, { recursive: true, force: true });
  });
  return { file: path.join(folder, part.name), built };
}

/**
 * Where the part's sources can be built: in their own place, or in a copy that has the files of a dependency, too, that
 * they embed.
 */
async function withEmbedded(
  part: Part,
  source: string,
  copy: string,
  go: (...args: readonly string[]) => Promise<{ stdout: string }>,
): Promise<string> {
  const { embeds } = part.go;
  if (embeds === undefined) return source;
  const { stdout } = await go("mod", "download", "-json", embeds.module);
  const { Dir: dependency } = JSON.parse(stdout) as { Dir: string };
  await cp(source, copy, { recursive: true });
  for (const file of embeds.files)
    await copyFile(path.join(dependency, file), path.join(copy, path.basename(file)));
  return copy;
}

/** The last lines that Go printed, without its reports of downloads. */
function said(error: unknown): string {
  const { stderr } = error as { stderr?: string };
  const lines = (stderr ?? String(error)).split("\n");
  return lines
    .filter((line) => !line.startsWith("go: downloading"))
    .slice(-20)
    .join("\n")
    .trim();
}
