import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { inOrder, renderPath, SpecError, type Problem } from "../../components/spec/problem";
import type { Finding } from "../../components/spec/finding";
import { Source } from "../../components/spec/source";
import { readSpecText } from "../../components/spec/text";
import type { Exemption } from "../exemptions/exemptions";
import { readExemptions } from "../exemptions/load";
import { decisionsFolder, exemptionsFile, fileIn, folderVariable, settingsFile } from "./files";
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

/**
 * Reads what a site has decided: `policies.yml` and `exemptions.yml` beside Pulumi.yaml or beside the program. Absent ones
 * decide nothing: then every rule holds.
 *
 * @param from A folder in the project.
 * @throws SpecError with all that is wrong in both files.
 * @throws Error outside of a project, and where SLIPWAY_POLICIES names a folder without them.
 */
export function loadDecisions(from: string, variables: Variables = process.env): Decisions {
  const root = decisionsFolder(from, variables);
  needNamed(root, variables);
  const problems: Problem[] = [];
  const read = <T>(name: string, readOf: (source: Source) => Read<T>): T | undefined => {
    const file = fileIn(root, name);
    if (file === undefined) {
      problems.push(...misnamed(root, name));
      return undefined;
    }
    try {
      const place = path.relative(process.cwd(), file);
      const section = name === settingsFile ? "environments" : "exemptions";
      const whenEmpty = `write \`${section}:\` and what belongs to it, or remove the file`;
      const source = new Source(place, readSpecText(place), { whenEmpty });
      source.interpolate(variables);
      const { value, findings } = readOf(source);
      const unresolved = new Set(source.unresolved.map(renderPath));
      const sound = findings.filter((finding) => !unresolved.has(renderPath(finding.path)));
      problems.push(...source.problems, ...sound.map((finding) => source.locate(finding)));
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

function otherName(name: string): string {
  return name.replace(/yml$/, "yaml");
}

/** A file with YAML's other extension: nobody would read it, and nobody would know. */
function misnamed(root: string, name: string): readonly Problem[] {
  const file = fileIn(root, otherName(name));
  if (file === undefined) return [];
  const message = `is not read under this name; call it ${name}`;
  const place = path.relative(process.cwd(), file);
  return [{ file: place, line: 1, column: 1, path: "", message, severity: "error" }];
}

/** @throws Error where somebody names a folder that has neither file: every rule would hold, and nobody would know why. */
function needNamed(root: string, { [folderVariable]: named = "" }: Variables): void {
  const names = [settingsFile, exemptionsFile];
  const either = names.flatMap((name) => [name, otherName(name)]);
  if (named === "" || either.some((name) => fileIn(root, name))) return;
  const isFile = existsSync(root) && statSync(root).isFile();
  throw new Error(
    `${folderVariable} names ${root}, ${isFile ? "which is a file; name the folder that it is in" : `where there is neither ${names.join(" nor ")}; correct or unset it`}`,
  );
}

type Variables = Readonly<Record<string, string | undefined>>;

interface Read<T> {
  readonly value: T;
  readonly findings: readonly Finding[];
}
