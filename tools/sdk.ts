import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { cached } from "./cache";
import { hashFile } from "./hash";
import { partNamed } from "./parts";
import type { Progress } from "./progress";

const run = promisify(execFile);
const project = path.dirname(__dirname);
const target = path.join(project, "sdks", "vsphere");
const stampName = ".slipway-key";

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

/** Generates `@pulumi/vsphere` under sdks/ from the plugin's own schema, unless it stands there already. */
export async function provideVsphereSdk(
  plugin: string,
  generator: string,
  progress: Progress,
): Promise<boolean> {
  const { version } = partNamed("pulumi-resource-vsphere");
  const pluginHash = await hashFile(plugin);
  const generatorHash = await hashFile(generator);
  const key = `${version}-${pluginHash.slice(0, 12)}-${generatorHash.slice(0, 12)}`;
  const stamp = path.join(target, stampName);
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === key) return false;
  const { folder } = await cached(`vsphere-sdk-${key}`, (work) =>
    progress.during(`generating @pulumi/vsphere ${version}`, async () => {
      await generate(work, plugin, generator, version);
    }),
  );
  // Beside its place first: a killed copy must not look like a package.
  const aside = await mkdtemp(path.join(await ensured(path.dirname(target)), ".vsphere-"));
  await cp(folder, aside, { recursive: true });
  await writeFile(path.join(aside, stampName), key);
  await rm(target, { recursive: true, force: true });
  await rename(aside, target);
  return true;
}

async function ensured(folder: string): Promise<string> {
  const { mkdir } = await import("node:fs/promises");
  await mkdir(folder, { recursive: true });
  return folder;
}

async function generate(
  work: string,
  plugin: string,
  generator: string,
  version: string,
): Promise<void> {
  const schema = path.join(work, "schema.json");
  const { stdout } = await run(plugin, ["schema"], { maxBuffer: 2 ** 26 });
  await writeFile(schema, stdout);
  await run(generator, [schema, work]);
  await rm(schema);
  const manifest = {
    name: "@pulumi/vsphere",
    version,
    main: "bin/index.js",
    types: "bin/index.d.ts",
    pulumi: { resource: true, name: "vsphere", version },
  };
  await writeFile(path.join(work, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await writeFile(path.join(work, "tsconfig.json"), JSON.stringify(tsconfig));
  // The compiler looks for @pulumi/pulumi above the sources: they compile where they will stand.
  const compileIn = await mkdtemp(
    path.join(await ensured(path.join(project, "sdks")), ".compile-"),
  );
  try {
    await cp(work, compileIn, { recursive: true });
    await run(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", compileIn], {
      maxBuffer: 2 ** 26,
    }).catch((error: unknown) => {
      throw new Error(
        `@pulumi/vsphere does not compile:\n${(error as { stdout?: string }).stdout ?? String(error)}`,
      );
    });
    await cp(path.join(compileIn, "bin"), path.join(work, "bin"), { recursive: true });
    await cp(path.join(compileIn, "package.json"), path.join(work, "bin", "package.json"));
  } finally {
    await rm(compileIn, { recursive: true, force: true });
  }
}
