/** HTTP status of an answer that the Docker engine refused with, as dockerode reports it. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === "number" ? status : undefined;
}

/** Somebody else changed the object since it was read. */
export function isOutOfSequence(error: unknown): boolean {
  return error instanceof Error && error.message.includes("update out of sequence");
}

/** What managers say while they elect a leader, or when the one that was asked is none any more. */
const electing =
  /does not have a leader|no elected (cluster )?leader|context deadline exceeded|code = (Unavailable|DeadlineExceeded|Canceled)|is not a swarm manager|not part of a swarm/i;

/**
 * Whether the same question may get an answer from another manager, or a little later: the way to the
 * manager broke, or the managers are between two leaders. What an engine refuses for good is not.
 */
export function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  if (status === undefined) return isTransportFailure(error);
  return status >= 500 && error instanceof Error && electing.test(error.message);
}

function isTransportFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === "TransportError") return true;
  const { code } = error as { code?: unknown };
  return (
    code === "ECONNRESET" ||
    code === "EPIPE" ||
    /socket hang up|channel open failure/i.test(error.message)
  );
}
