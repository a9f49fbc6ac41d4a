import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pLimit from "p-limit";
import { hashInputs } from "../../tools/hash";
import { Progress } from "../../tools/progress";
import { LabError } from "../errors";
import { runAny } from "../host/run";
import { cachedPart } from "./cache";
import { goVersion } from "./programs";

/** Programs of other people that are built from their Go modules, by a module of ours that pins the versions. */
export interface GoModule {
  /** Name in the cache, and in what is said of it. */
  readonly name: string;
  readonly version: string;
  /** Folder of the module. */
  readonly source: string;
  /** What to build: packages of the module, or of its dependencies. Each gives a program under the last part of its path. */
  readonly packages: readonly string[];
  /** Variables that the linker sets. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Build tags. */
  readonly tags?: readonly string[];
  /** Changes the text of go.mod: for another version than the one that stands there. */
  readonly edit?: (text: string) => string;
  /** Files of the module that are put in the place of a dependency's, or beside them: below the module, below `vendor`. */
  readonly replaced?: readonly (readonly [own: string, theirs: string])[];
  /** Lines that are left out of a dependency's files: the file below `vendor`, and the line without its indentation. */
  readonly leftOut?: readonly (readonly [theirs: string, line: string])[];
}

const unchanged = (text: string): string => text;

/** Two builds side by side would both compile what they share. */
const builder = pLimit(1);

/** The folder with the module's programs, built unless the cache has them. */
export async function buildModule(module: GoModule, say: (text: string) => void): Promise<string> {
  const { name, version, source, packages, tags = [], edit = unchanged } = module;
  const { replaced = [], leftOut = [] } = module;
  const variables = Object.entries(module.variables ?? {});
  const ldflags = ["-s -w", ...variables.map(([key, value]) => `-X ${key}=${value}`)].join(" ");
  const tagged = tags.length === 0 ? [] : ["-tags", tags.join(",")];
  const vendored = replaced.length + leftOut.length > 0;
  const goMod = edit(readFileSync(join(source, "go.mod"), "utf8"));
  const key = hashInputs(
    [source],
    [
      await goVersion(),
      ldflags,
      goMod,
      ...packages,
      ...tags,
      ...replaced.flat(),
      ...leftOut.flat(),
    ],
  );
  return cachedPart(name, key, async (work) => {
    const progress = new Progress(say);
    const copy = join(work, "module");
    const go = (...args: readonly string[]) => runGo(name, copy, args);
    cpSync(source, copy, { recursive: true });
    writeFileSync(join(copy, "go.mod"), goMod);
    await progress.during(`${name} ${version}: fetching its Go modules`, () =>
      vendored ? go("mod", "vendor") : go("list", "-mod=readonly", ...tagged, "-deps", ...packages),
    );
    for (const [own, theirs] of replaced)
      copyFileSync(join(copy, own), join(copy, "vendor", theirs));
    for (const [theirs, line] of leftOut) leaveOut(join(copy, "vendor", theirs), line);
    const mode = vendored ? "-mod=vendor" : "-mod=readonly";
    const programs = join(work, "programs");
    mkdirSync(programs);
    await builder(() =>
      progress.during(`${name} ${version}: building`, () =>
        go(
          "build",
          mode,
          ...tagged,
          "-trimpath",
          "-ldflags",
          ldflags,
          "-o",
          `${programs}/`,
          ...packages,
        ),
      ),
    );
    rmSync(copy, { recursive: true });
  }).then((folder) => join(folder, "programs"));
}

function leaveOut(file: string, line: string): void {
  const lines = readFileSync(file, "utf8").split("\n");
  const rest = lines.filter((each) => each.trim() !== line);
  if (rest.length !== lines.length - 1)
    throw new LabError(`${file} should have the line once: ${line}`);
  // What Go has vendored may not be written to.
  rmSync(file);
  writeFileSync(file, rest.join("\n"));
}

async function runGo(name: string, cwd: string, args: readonly string[]): Promise<void> {
  // A larger heap saves the compiler a tenth of its time; without cgo the programs run on every distribution.
  const env = { ...process.env, CGO_ENABLED: "0", GOWORK: "off", GOGC: "400" };
  const result = await runAny("go", args, { cwd, env });
  if (result.code === 0) return;
  const said = result.stderr.split("\n").filter((line) => !line.startsWith("go: downloading"));
  throw new LabError(`${name} could not be built:\n${said.slice(-20).join("\n").trim()}`);
}
