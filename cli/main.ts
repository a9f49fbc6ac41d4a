import { CommanderError } from "commander";
import { CliError, exitCode, type ExitCode } from "./exit";
import { buildProgram } from "./program";

// A reader that goes away (`slipway … | head`) is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCode.ok);
  throw error;
});

async function main(): Promise<ExitCode> {
  const program = buildProgram();
  try {
    await program.parseAsync(process.argv);
    return exitCode.ok;
  } catch (error) {
    // commander has said by itself what is wrong with the command line, or has shown help.
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
    }
    return report(error, process.argv.includes("--json"));
  }
}

/** Says what failed; where in our code it was noticed is for those who ask for it by `SLIPWAY_DEBUG`. */
function report(error: unknown, json: boolean): ExitCode {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof CliError ? error.exit : codeOf(error);
  if (json && !(error instanceof CliError && error.hasResult)) {
    process.stdout.write(`${JSON.stringify({ error: message, exitCode: code }, undefined, 2)}\n`);
  }
  process.stderr.write(`slipway: ${message}\n`);
  if (process.env.SLIPWAY_DEBUG !== undefined && error instanceof Error) {
    process.stderr.write(`${error.stack ?? ""}\n`);
  }
  return code;
}

/** A mistake in a spec file is a mistake of the input. By name: the class would load the spec package. */
function codeOf(error: unknown): ExitCode {
  return error instanceof Error && error.name === "SpecError" ? exitCode.usage : exitCode.failed;
}

void main().then((code) => {
  process.exitCode = code;
});
