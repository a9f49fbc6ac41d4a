import * as pulumi from "@pulumi/pulumi";

/**
 * Runs a program so that a failure is shown as its message alone: what users did wrong is said in
 * words, and where our code noticed it helps them nothing. `SLIPWAY_DEBUG=1` shows the stack trace.
 *
 * While the program registers resources the SDK captures a source-mapped stack trace for every
 * promise, a third of a large preview's CPU time; they are captured only for debugging.
 */
export function reported(program: () => Promise<pulumi.Inputs>): () => Promise<pulumi.Inputs> {
  const debugging = process.env.SLIPWAY_DEBUG === "1";
  if (!debugging) Error.stackTraceLimit = 0;
  return async () => {
    try {
      return await program();
    } catch (error) {
      if (debugging || pulumi.RunError.isInstance(error)) throw error;
      throw new pulumi.RunError(error instanceof Error ? error.message : String(error));
    }
  };
}
