import * as pulumi from "@pulumi/pulumi";
import { Unanswered } from "../components/runtime/unanswered";
import { SpecError } from "../components/spec";

/** Innermost calls that are told of an error that nobody foresaw. */
const framesTold = 3;

/** Time for the SDK to hand its last message to the engine, milliseconds. */
const lastWordsMs = 2000;

/**
 * Runs a program so that a failure is shown in words for users. What the user can cure is shown as its message alone;
 * an error that nobody foresaw also says where it came from.
 *
 * The SDK asks for a stack trace with every promise that it makes, to be shown never; rendering these took a third of
 * a large preview's CPU time. So they are left empty while the program runs, and the frames are rendered, by Node with
 * tsx's source maps, for the one error that ends it.
 */
export function reported(program: () => Promise<pulumi.Inputs>): () => Promise<pulumi.Inputs> {
  return async () => {
    Error.stackTraceLimit = framesTold;
    Error.prepareStackTrace = () => "";
    try {
      return await program();
    } catch (error) {
      Reflect.deleteProperty(Error, "prepareStackTrace");
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
