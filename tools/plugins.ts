import { copyFile, link, mkdir, readFile, rename, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { hashFile } from "./hash";

export interface Plugin {
  /** `vsphere`. */
  readonly name: string;
  readonly version: string;
  /** Its program. */
  readonly file: string;
}

/** Where the user's Pulumi keeps its plugins: `PULUMI_HOME`, else `~/.pulumi`. */
export function userPulumiHome(): string {
  const home = process.env.PULUMI_HOME ?? "";
  return home === "" ? path.join(os.homedir(), ".pulumi") : home;
}

/** The plugin's place: `plugins/resource-NAME-vVERSION/pulumi-resource-NAME`. */
function placeOf(pulumiHome: string, name: string, version: string): string {
  const folder = path.join(pulumiHome, "plugins", `resource-${name}-v${version}`);
  return path.join(folder, `pulumi-resource-${name}`);
}

/** Go writes the module of a program into it: the mark of what Slipway built. */
const ownModule = "slipway/tools/";

/** A plugin that the user installed with `pulumi plugin install`; one that Slipway put there is none. */
export async function officialPlugin(
  pulumiHome: string,
  name: string,
  version: string,
): Promise<string | undefined> {
  const file = placeOf(pulumiHome, name, version);
  try {
    return (await readFile(file)).includes(ownModule) ? undefined : file;
  } catch {
    return undefined;
  }
}

/** Puts resource plugins into a Pulumi home, where the engine looks for them, as `pulumi plugin install --file` does. */
export async function installPlugins(
  pulumiHome: string,
  plugins: readonly Plugin[],
): Promise<void> {
  for (const { name, version, file } of plugins) {
    const target = placeOf(pulumiHome, name, version);
    if (await isSame(file, target)) continue;
    await mkdir(path.dirname(target), { recursive: true });
    const aside = `${target}.${process.pid}`;
    // A link costs nothing; another file system wants a copy.
    await link(file, aside).catch(() => copyFile(file, aside));
    await rename(aside, target);
  }
}

async function isSame(a: string, b: string): Promise<boolean> {
  try {
    const [first, second] = await Promise.all([stat(a), stat(b)]);
    if (first.dev === second.dev && first.ino === second.ino) return true;
    // Two builds may well have one size: only their content tells them apart.
    return first.size === second.size && (await hashFile(a)) === (await hashFile(b));
  } catch {
    return false;
  }
}
