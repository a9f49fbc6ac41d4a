import { createInterface } from "node:readline/promises";
import { refused } from "./exit";

export interface TerminalOptions {
  /** One JSON document on standard output, everything for people on standard error. */
  readonly json: boolean;
}

/** Whether standard output shows colours: a terminal, whose user has not switched them off (no-color.org). */
export function hasColours(): boolean {
  return process.stdout.isTTY && process.env.NO_COLOR === undefined;
}

/** Where a command speaks: words for people, or one JSON document for programs. */
export class Terminal {
  private readonly begin = performance.now();

  constructor(readonly options: TerminalOptions) {}

  /** A line for people: standard output, or standard error when that is kept for JSON. */
  say(line = ""): void {
    (this.options.json ? process.stderr : process.stdout).write(`${line}\n`);
  }

  /** What goes on, with the time since the start. */
  progress(line: string): void {
    const seconds = Math.round((performance.now() - this.begin) / 1000);
    this.say(`${`${seconds} s`.padStart(7)}  ${line}`);
  }

  /** The command's result for programs; nothing unless JSON was asked for. */
  result(value: unknown): void {
    if (this.options.json) process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
  }

  /**
   * Asks before something is changed.
   * @returns whether the user agrees; anything but "yes" is no.
   * @throws when nobody can be asked: then `--yes` must have been given.
   */
  async confirm(question: string): Promise<boolean> {
    if (!process.stdin.isTTY || !process.stderr.isTTY) {
      throw refused("nobody can be asked here: look at the plan above and give --yes");
    }
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return /^y(es)?$/i.test((await prompt.question(`${question} [yes/no] `)).trim());
    } finally {
      prompt.close();
    }
  }
}
