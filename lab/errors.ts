/** A problem that is told to the user as it stands: what, why, what to do. No stack trace. */
export class LabError extends Error {
  override readonly name = "LabError";
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
