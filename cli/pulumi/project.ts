import { existsSync } from "node:fs";
import path from "node:path";
import { badUsage } from "../exit";

/** Folder of the Pulumi project: this one or the nearest above it. */
export function findProject(from = process.cwd()): string {
  for (let folder = path.resolve(from); ; folder = path.dirname(folder)) {
    if (["Pulumi.yaml", "Pulumi.yml"].some((file) => existsSync(path.join(folder, file)))) {
      return folder;
    }
    if (folder === path.dirname(folder)) break;
  }
  throw badUsage(`${from} is in no Pulumi project: change to the folder that has Pulumi.yaml`);
}
