import * as pulumi from "@pulumi/pulumi";
import { Unanswered } from "../components/runtime/unanswered";
import { SpecError } from "../components/spec";

/** Innermost calls that are told of an error that nobody foresaw. */
const framesTold = 3;

/** Time for the SDK to hand its last message to the engine, milliseconds. */
const lastWordsMs = 2000;

/**
 * Runs a program so that a failure is shown in words for users. What the user can cure is shown as its message alone;
 * an error that nobody foresaw also says where it came from, in a few lines.
 */
export function reported(program: () => Promise<pulumi.Inputs>): () => Promise<pulumi.Inputs> {
  return async () => {
    Error.stackTraceLimit = framesTold;
    // The SDK's own rendering of stacks knows no source map of tsx; Node's does.
    Reflect.deleteProperty(Error, "prepareStackTrace");
    try {
      return await program();
    } catch (error) {
      if (error instanceof Unanswered) setTimeout(() => process.exit(), lastWordsMs);
      throw pulumi.RunError.isInstance(error) ? error : new pulumi.RunError(told(error));
    }
  };
}

function told(error: unknown): string {
  if (error instanceof SpecError) return error.message;
  const where = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `this is a mistake in Slipway, not yours; please report it:\n${where}`;
}
