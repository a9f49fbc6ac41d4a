import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { findings, incomplete } from "../exit";
import { packageVersion } from "../packageVersion";
import { hasColours, type Terminal } from "../terminal";
import { html } from "./formats/html";
import { painted, terminalLines } from "./formats/terminal";
import { verdict } from "./formats/words";
import { projectFacts } from "./gather/project";
import { statusView } from "./model";

export interface StatusOptions {
  /** Pulumi stacks; none: all clusters of the project. */
  readonly stacks: readonly string[];
  /** File for the page. */
  readonly html?: string;
}

/**
 * `slipway status`: how clusters and what runs on them are.
 * @throws CliError where something is critical, or could not be asked: after all of it has been told.
 */
export async function runStatus(options: StatusOptions, terminal: Terminal): Promise<void> {
  const at = new Date();
  const facts = await projectFacts(options.stacks, at);
  const view = statusView({ at: at.toISOString(), toolVersion: packageVersion(), ...facts });
  if (options.html !== undefined) await writePage(options.html, html(view));
  if (terminal.options.json) terminal.result(view);
  else {
    const colours = hasColours();
    for (const line of terminalLines(view)) terminal.say(painted(line, colours));
  }
  if (options.html !== undefined) terminal.say(`\nwrote ${options.html}`);
  if (view.severity === "critical") throw findings(verdict(view));
  if (view.severity === "unknown") throw incomplete(verdict(view));
}

/** Whole or not at all: somebody may be looking at the one before. */
async function writePage(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const part = `${file}.part`;
  await writeFile(part, text);
  await rename(part, file);
}
