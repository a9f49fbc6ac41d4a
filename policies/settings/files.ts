/** Where a site's decisions are; no rule is loaded to find them. */
import { lstatSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";

export const settingsFile = "policies.yml";
export const exemptionsFile = "exemptions.yml";

/** Names the folder that has both files, where it is neither that of Pulumi.yaml nor that of the program. */
export const folderVariable = "SLIPWAY_POLICIES";

/**
 * The folder that is looked in first.
 *
 * @param from A folder in the project.
 * @throws Error outside of a project.
 */
export function decisionsFolder(
  from: string,
  variables: Readonly<Record<string, string | undefined>>,
): string {
  const named = variables[folderVariable];
  return named === undefined || named === "" ? projectOf(from) : path.resolve(from, named);
}

/** Beside Pulumi.yaml, or beside the program where that is in the same project. */
export function fileIn(root: string, name: string): string | undefined {
  return [root, programIn(root)].map((folder) => path.join(folder, name)).find(isThere);
}

/** A link that leads nowhere is there as well: whoever made it meant something. */
function isThere(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    if (["ENOENT", "ENOTDIR"].includes(code)) return false;
    throw cause;
  }
}

/** @throws Error for a Pulumi.yaml that can't be read. */
function programIn(root: string): string {
  const file = path.join(root, "Pulumi.yaml");
  if (!isThere(file)) return root;
  const main = mainOf(file);
  return typeof main !== "string" || path.isAbsolute(main) ? root : path.join(root, main);
}

function mainOf(file: string): unknown {
  try {
    return (parse(readFileSync(file, "utf8")) as { readonly main?: unknown } | null)?.main;
  } catch (cause) {
    const [reason] = (cause as Error).message.split("\n");
    throw new Error(
      `${file}, which says where the program is, can't be read: ${(reason ?? "").replace(/:$/, "")}; mend it, \`pulumi about\` reads it, too`,
      { cause },
    );
  }
}

/** Folder of the Pulumi project. */
function projectOf(from: string): string {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (isThere(path.join(folder, "Pulumi.yaml"))) return folder;
    if (folder === path.dirname(folder)) {
      throw new Error(
        `${from} is in no Pulumi project: run \`pulumi preview --policy-pack\` in the folder that has Pulumi.yaml, or below`,
      );
    }
  }
}
