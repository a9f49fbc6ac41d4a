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
  /** An audit has found what must not be. */
  findings: 5,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** A failure in words for the user, with the exit code that goes with it. */
export class CliError extends Error {
  constructor(
    readonly exit: ExitCode,
    message: string,
  ) {
    super(message);
    this.name = "CliError";
  }
}

export const failed = (message: string) => new CliError(exitCode.failed, message);
export const badUsage = (message: string) => new CliError(exitCode.usage, message);
export const refused = (message: string) => new CliError(exitCode.refused, message);
export const findings = (message: string) => new CliError(exitCode.findings, message);
export const busy = (message: string) => new CliError(exitCode.busy, message);
