/** A problem that is told to the user as it stands: what, why, what to do. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError";
}
