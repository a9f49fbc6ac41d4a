import { execFile } from "node:child_process";
import { accessSync, constants, realpathSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "./cache";

const run = promisify(execFile);

/** What the PATH has of Pulumi. */
export type Installed =
  /** A fitting CLI with its Node.js language host beside it. */
  | { readonly folder: string }
  /** None that fits; the remark says why one that is there is not used. */
  | { readonly folder: undefined; readonly remark?: string };

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What we built ourselves is no installation, even where the lab's environment puts it on the PATH. */
function isOwnBuild(file: string): boolean {
  return `${realpathSync(file)}${path.sep}`.startsWith(`${cacheFolder()}${path.sep}`);
}

function locate(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => path.join(folder, name))
    .find((file) => isExecutable(file) && !isOwnBuild(file));
}

/** The installed Pulumi CLI of exactly that version, with its language host: the engine wants both from one folder. */
export async function installedPulumi(version: string): Promise<Installed> {
  const pulumi = locate("pulumi");
  if (pulumi === undefined) return { folder: undefined };
  const folder = path.dirname(pulumi);
  const found = await versionOf(pulumi);
  if (found === undefined)
    return {
      folder: undefined,
      remark: `${pulumi} is not used: it does not answer \`pulumi version\``,
    };
  if (found !== version)
    return {
      folder: undefined,
      remark: `${pulumi} is not used: it is version ${found}, and Slipway is pinned to ${version}`,
    };
  if (!isExecutable(path.join(folder, "pulumi-language-nodejs")))
    return {
      folder: undefined,
      remark: `${pulumi} is not used: pulumi-language-nodejs is not beside it`,
    };
  return { folder };
}

async function versionOf(pulumi: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(pulumi, ["version"], {
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      timeout: 20_000,
    });
    return stdout.trim().replace(/^v/, "");
  } catch {
    return undefined;
  }
}
