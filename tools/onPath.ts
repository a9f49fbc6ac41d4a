import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Where the PATH finds the program. */
function locate(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not here: the next folder may have it.
    }
  }
  return undefined;
}

/**
 * Folder of an installed Pulumi CLI of exactly that version with its Node.js language host beside it
 * (the engine wants both from one place).
 */
export async function installedPulumi(version: string): Promise<string | undefined> {
  const pulumi = locate("pulumi");
  if (pulumi === undefined) return undefined;
  const folder = path.dirname(pulumi);
  try {
    accessSync(path.join(folder, "pulumi-language-nodejs"), constants.X_OK);
    const { stdout } = await run(pulumi, ["version"], {
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    return stdout.trim().replace(/^v/, "") === version ? folder : undefined;
  } catch {
    return undefined;
  }
}
