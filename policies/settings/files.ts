/** Where a site's decisions are; no rule is loaded to find them. */
import { existsSync, readFileSync } from "node:fs";
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
  return [root, programIn(root)]
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));
}

function programIn(root: string): string {
  const file = path.join(root, "Pulumi.yaml");
  if (!existsSync(file)) return root;
  const project = parse(readFileSync(file, "utf8")) as { readonly main?: string } | null;
  const main = project?.main ?? "";
  return path.isAbsolute(main) ? root : path.join(root, main);
}

/** Folder of the Pulumi project. */
function projectOf(from: string): string {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, "Pulumi.yaml"))) return folder;
    if (folder === path.dirname(folder)) {
      throw new Error(
        `${from} is in no Pulumi project: run \`pulumi preview --policy-pack\` in the folder that has Pulumi.yaml, or below`,
      );
    }
  }
}
