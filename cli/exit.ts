/** Exit codes, for scripts and CI. They are part of the command's interface. */
export const exitCode = {
  ok: 0,
  /** Something that was tried did not work. */
  failed: 1,
  /** The command line, the stack's name or a file is wrong; nothing was tried. */
  usage: 2,
  /** Refused for safety; nothing was changed. */
  refused: 3,
  /** Somebody else is at work on the same Pulumi stack or cluster. */
  busy: 4,
  /** What was looked at is not as it must be: an audit has found something, or the status something critical. */
  findings: 5,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** A failure in words for the user, with the exit code that goes with it. */
export class CliError extends Error {
  constructor(
    readonly exit: ExitCode,
    message: string,
    /** The command has given its result all the same: with `--json` the document is there already. */
    readonly hasResult = false,
  ) {
    super(message);
    this.name = "CliError";
  }
}

export const failed = (message: string) => new CliError(exitCode.failed, message);
export const badUsage = (message: string) => new CliError(exitCode.usage, message);
export const refused = (message: string) => new CliError(exitCode.refused, message);
export const findings = (message: string) => new CliError(exitCode.findings, message, true);
/** As `failed`, of a command that has told the rest. */
export const incomplete = (message: string) => new CliError(exitCode.failed, message, true);
export const busy = (message: string) => new CliError(exitCode.busy, message);
