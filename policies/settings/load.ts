import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { inOrder, SpecError, type Problem } from "../../components/spec/problem";
import type { Finding } from "../../components/spec/finding";
import { Source } from "../../components/spec/source";
import type { Exemption } from "../exemptions/exemptions";
import { readExemptions } from "../exemptions/load";
import { readSettings } from "./read";
import { noSettings, type Settings } from "./settings";

/** What a site has decided: settings and exemptions. */
export interface Decisions {
  readonly settings: Settings;
  readonly exemptions: readonly Exemption[];
  /** Where their files are looked for. */
  readonly folder: string;
  /** Files that they come from, by their path in the folder. */
  readonly files: readonly string[];
}

export const settingsFile = "policies.yml";
export const exemptionsFile = "exemptions.yml";

/** Names the folder that has both files, where it is neither that of Pulumi.yaml nor that of the program. */
export const folderVariable = "SLIPWAY_POLICIES";

/**
 * Reads what a site has decided: `policies.yml` and `exemptions.yml` beside Pulumi.yaml or beside the program. Absent ones
 * decide nothing: then every rule holds.
 *
 * @param from A folder in the project.
 * @throws SpecError with all that is wrong in both files.
 * @throws Error outside of a project.
 */
export function loadDecisions(
  from: string,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Decisions {
  const named = variables[folderVariable];
  const root = named === undefined || named === "" ? projectOf(from) : path.resolve(from, named);
  const problems: Problem[] = [];
  const read = <T>(name: string, readOf: (source: Source) => Read<T>): T | undefined => {
    const file = fileIn(root, name);
    if (file === undefined) return undefined;
    try {
      const source = new Source(path.relative(process.cwd(), file), readFileSync(file, "utf8"));
      source.interpolate(variables);
      const { value, findings } = readOf(source);
      problems.push(...source.problems, ...findings.map((finding) => source.locate(finding)));
      return value;
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const settings = read(settingsFile, (source) => {
    const { settings: value, findings } = readSettings(source);
    return { value, findings };
  });
  const exemptions = read(exemptionsFile, (source) => {
    const { exemptions: value, findings } = readExemptions(source);
    return { value, findings };
  });
  if (problems.some(({ severity }) => severity === "error")) throw new SpecError(inOrder(problems));
  return {
    settings: settings ?? noSettings,
    exemptions: exemptions ?? [],
    folder: root,
    files: [settingsFile, exemptionsFile].flatMap((name) => {
      const file = fileIn(root, name);
      return file === undefined ? [] : [path.relative(root, file)];
    }),
  };
}

interface Read<T> {
  readonly value: T;
  readonly findings: readonly Finding[];
}

/** Beside Pulumi.yaml, or beside the program where that is in the same project. */
function fileIn(root: string, name: string): string | undefined {
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
