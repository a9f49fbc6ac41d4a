import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { askRegistries } from "../../policies/core/registry";
import { rules } from "../../policies/rules";
import { author } from "../../stacks/application/author";
import { loadDecisions, type Decisions } from "../../policies/settings/load";
import type { RegistryCredential } from "../../provider/sdk/shapes";
import { badUsage, CliError, exitCode, findings } from "../exit";
import { packageVersion } from "../packageVersion";
import { PulumiStack } from "../pulumi/stack";
import type { Terminal } from "../terminal";
import { fromPreview, fromState } from "./collect";
import { evidence, type Audited, type Evidence } from "./evidence";
import { failureOf, type FailOn } from "./failOn";
import { html } from "./formats/html";
import { markdown } from "./formats/markdown";
import { sarif } from "./formats/sarif";
import { judge } from "./judge";
import { OutputFolder } from "./outputFolder";

export interface AuditOptions {
  readonly stacks: readonly string[];
  readonly source: Evidence["source"];
  /** Folder for the evidence. */
  readonly output?: string;
  readonly failOn: FailOn;
}

/** Longest wait for a registry's answer, milliseconds: an audit has more time than a preview. */
const registryTimeoutMs = 20_000;

/**
 * Asks every policy about Pulumi stacks, and writes down what it says.
 *
 * @throws CliError with exit code 5 where something is found that must not be.
 */
export async function runAudit(options: AuditOptions, terminal: Terminal): Promise<void> {
  const { source } = options;
  const { opened, written } = await ready(options);
  const folder = opened[0]?.folder ?? process.cwd();
  const decisions = loadDecisions(folder);
  const now = new Date();
  const audited: Audited[] = [];
  for (const stack of opened) {
    terminal.progress(`${stack.name}: ${source === "preview" ? "preview" : "reading the state"} …`);
    const collected = await (source === "preview" ? fromPreview(stack) : fromState(stack));
    const credentials = await credentialsOf(stack);
    const ask = askRegistries(() => ({
      ...decisions.settings.registries,
      credentials,
      timeoutMs: registryTimeoutMs,
    }));
    const judged = await judge(collected, decisions, now, ask);
    audited.push({ ...judged, ...(collected.plan && { plan: collected.plan(judged.view) }) });
  }
  const { commit } = author(folder);
  const made = evidence(
    {
      toolVersion: packageVersion(),
      made: now.toISOString(),
      commit,
      source,
      decisions: await hashes(decisions),
    },
    audited,
    rules,
    decisions.exemptions,
  );
  const text = markdown(made);
  if (terminal.options.json) terminal.result(made);
  else terminal.say(text);
  if (written !== undefined) {
    await written.write(filesOf(made, text));
    terminal.progress(`wrote ${names.join(", ")} in ${written.folder}`);
  }
  const failure = failureOf(made.summary, options.failOn);
  if (failure !== undefined) throw findings(failure);
}

/** Credentials for pulling images, by the registry's host, as the configuration of an application has them. */
async function credentialsOf(
  stack: PulumiStack,
): Promise<Readonly<Record<string, RegistryCredential>>> {
  const text = (await stack.config()).get("slipway:registries");
  return text === undefined
    ? {}
    : (JSON.parse(text) as Readonly<Record<string, RegistryCredential>>);
}

const names = ["evidence.json", "evidence.sarif", "evidence.md", "evidence.html"] as const;

function filesOf(made: Evidence, text: string): Readonly<Record<(typeof names)[number], string>> {
  return {
    "evidence.json": `${JSON.stringify(made, undefined, 2)}\n`,
    "evidence.sarif": sarif(made),
    "evidence.md": text,
    "evidence.html": html(made),
  };
}

/**
 * Finds the Pulumi stacks, and prepares the folder for the evidence.
 *
 * @throws CliError with all that stands against either.
 */
async function ready({ stacks, output }: AuditOptions): Promise<{
  readonly opened: readonly PulumiStack[];
  readonly written?: OutputFolder;
}> {
  const problems: string[] = [];
  const attempt = async <T>(work: Promise<T>): Promise<T | undefined> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof CliError) || error.exit !== exitCode.usage) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const opened: PulumiStack[] = [];
  for (const name of new Set(stacks)) {
    const stack = await attempt(PulumiStack.open(name));
    if (stack !== undefined) opened.push(stack);
  }
  const written =
    output === undefined ? undefined : await attempt(OutputFolder.prepare(output, names));
  if (problems.length > 0) throw badUsage([...new Set(problems)].join("\n"));
  return { opened, written };
}

async function hashes({ folder, files }: Decisions): Promise<Evidence["decisions"]> {
  return Promise.all(
    files.map(async (file) => ({
      file,
      sha256: createHash("sha256")
        .update(await readFile(path.join(folder, file)))
        .digest("hex"),
    })),
  );
}
