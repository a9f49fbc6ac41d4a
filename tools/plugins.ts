import { copyFile, link, mkdir, rename, stat } from "node:fs/promises";
import path from "node:path";

export interface Plugin {
  /** `vsphere`. */
  readonly name: string;
  readonly version: string;
  /** Its program. */
  readonly file: string;
}

/**
 * Puts resource plugins into a Pulumi home, where the engine looks for them:
 * `plugins/resource-NAME-vVERSION/pulumi-resource-NAME`, as `pulumi plugin install --file` does.
 */
export async function installPlugins(
  pulumiHome: string,
  plugins: readonly Plugin[],
): Promise<void> {
  for (const { name, version, file } of plugins) {
    const folder = path.join(pulumiHome, "plugins", `resource-${name}-v${version}`);
    const target = path.join(folder, `pulumi-resource-${name}`);
    if (await isSame(file, target)) continue;
    await mkdir(folder, { recursive: true });
    const aside = `${target}.${process.pid}`;
    // A link costs nothing; another file system wants a copy.
    await link(file, aside).catch(() => copyFile(file, aside));
    await rename(aside, target);
  }
}

async function isSame(a: string, b: string): Promise<boolean> {
  try {
    const [first, second] = await Promise.all([stat(a), stat(b)]);
    return (
      first.size === second.size && (first.ino === second.ino || second.mtimeMs >= first.mtimeMs)
    );
  } catch {
    return false;
  }
}
