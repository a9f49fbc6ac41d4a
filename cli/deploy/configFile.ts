import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import type { PulumiStack } from "../pulumi/stack";

/**
 * Writes what a deployment has put in place into the configuration of its Pulumi stack, so that a plain `pulumi up`
 * deploys the same. Comments and the order of the file stay; `undefined` takes a key away.
 */
export function recordInConfig(
  stack: Pick<PulumiStack, "folder" | "shortName">,
  values: Readonly<Record<string, string | undefined>>,
): void {
  const file = configFile(stack);
  const before = readFileSync(file, "utf8");
  const document = parseDocument(before);
  for (const [key, value] of Object.entries(values)) {
    if (value === undefined) document.deleteIn(["config", key]);
    else if (String(document.getIn(["config", key])) !== value)
      document.setIn(["config", key], value);
  }
  const after = document.toString({ lineWidth: 0 });
  if (after === before) return;
  const fresh = `${file}.slipway`;
  writeFileSync(fresh, after);
  renameSync(fresh, file);
}

/** `Pulumi.<stack>.yaml` in the folder that Pulumi.yaml names for it. */
function configFile({ folder, shortName }: Pick<PulumiStack, "folder" | "shortName">): string {
  const project = parseDocument(readFileSync(path.join(folder, "Pulumi.yaml"), "utf8"));
  const configDir = project.get("stackConfigDir") ?? project.get("config") ?? ".";
  return path.join(
    folder,
    typeof configDir === "string" ? configDir : ".",
    `Pulumi.${shortName}.yaml`,
  );
}
