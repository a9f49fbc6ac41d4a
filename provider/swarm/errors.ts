/** HTTP status of an answer that the Docker engine refused with, as dockerode reports it. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === "number" ? status : undefined;
}

/** Somebody else changed the object since it was read. */
export function isOutOfSequence(error: unknown): boolean {
  return error instanceof Error && error.message.includes("update out of sequence");
}
