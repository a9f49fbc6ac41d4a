import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { cached, manifestName } from "./cache";
import { ToolchainError } from "./errors";
import { hashFile } from "./hash";
import type { Progress } from "./progress";

const run = promisify(execFile);
const project = path.dirname(__dirname);
const stampName = ".slipway-key";

/** Who writes the package's source. */
export interface SdkSource {
  /** Version of the plugin, and so of the package. */
  readonly version: string;
  /** The plugin's program. */
  readonly plugin: string;
  /** Folder of the official CLI, which knows how for an official plugin; one of ours writes it itself. */
  readonly officialCli?: string;
}

/** Compiler settings of the generated package: plain CommonJS, as the official package is published. */
const tsconfig = {
  compilerOptions: {
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    declaration: true,
    strict: true,
    skipLibCheck: true,
    outDir: "bin",
    typeRoots: [path.join(project, "node_modules", "@types")],
    types: ["node"],
  },
  include: ["**/*.ts"],
  exclude: ["bin"],
};

/**
 * Generates `@pulumi/vsphere` from the plugin's own schema, unless it stands there already.
 *
 * @param target where npm looks for it: package.json says so.
 * @returns whether the package was written anew.
 */
export async function provideVsphereSdk(
  source: SdkSource,
  progress: Progress,
  target = path.join(project, "sdks", "vsphere"),
): Promise<boolean> {
  const key = `${source.version}-${(await hashFile(source.plugin)).slice(0, 16)}`;
  const stamp = path.join(target, stampName);
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === key) return false;
  const parent = path.dirname(target);
  await mkdir(parent, { recursive: true });
  const { folder } = await cached(`vsphere-sdk-${key}`, (work) =>
    progress.during(`generating @pulumi/vsphere ${source.version}`, async () => {
      await writeSource(source, work);
      await writePackage(work, source.version);
      await compile(work, parent);
    }),
  );
  // Beside its place first: a killed copy must not look like a package.
  const aside = await mkdtemp(path.join(parent, ".vsphere-"));
  await cp(folder, aside, {
    recursive: true,
    filter: (file) => path.basename(file) !== manifestName,
  });
  await writeFile(path.join(aside, stampName), key);
  await rm(target, { recursive: true, force: true });
  await rename(aside, target);
  return true;
}

async function writeSource({ plugin, officialCli }: SdkSource, work: string): Promise<void> {
  if (officialCli === undefined) {
    await run(plugin, ["sdk", work]);
    return;
  }
  const out = path.join(work, "generated");
  await run(
    path.join(officialCli, "pulumi"),
    ["package", "gen-sdk", plugin, "--language", "nodejs", "--out", out],
    { env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" } },
  );
  await cp(path.join(out, "nodejs"), work, { recursive: true });
  await rm(out, { recursive: true });
}

async function writePackage(work: string, version: string): Promise<void> {
  const manifest = {
    name: "@pulumi/vsphere",
    version,
    main: "bin/index.js",
    types: "bin/index.d.ts",
    pulumi: { resource: true, name: "vsphere", version },
  };
  await writeFile(path.join(work, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(path.join(work, "tsconfig.json"), JSON.stringify(tsconfig));
}

/** Compiles the source in `work`; below `parent`, for the compiler looks for @pulumi/pulumi above the sources. */
async function compile(work: string, parent: string): Promise<void> {
  const compileIn = await mkdtemp(path.join(parent, ".compile-"));
  try {
    await cp(work, compileIn, { recursive: true });
    await run(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", compileIn], {
      maxBuffer: 2 ** 26,
    }).catch((error: unknown) => {
      throw new ToolchainError(
        `@pulumi/vsphere does not compile:\n${(error as { stdout?: string }).stdout ?? String(error)}`,
      );
    });
    await cp(path.join(compileIn, "bin"), path.join(work, "bin"), { recursive: true });
    await cp(path.join(compileIn, "package.json"), path.join(work, "bin", "package.json"));
  } finally {
    await rm(compileIn, { recursive: true, force: true });
  }
}
