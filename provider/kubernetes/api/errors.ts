import { lastLines } from "../../transport/failure";
import type { CommandResult } from "../../transport/types";
import { adminConfig } from "../paths";

/** A call of the Kubernetes API that was refused or did not arrive. */
export class KubectlError extends Error {
  constructor(
    step: string,
    /** As the API server names it (`NotFound`, `Conflict`); absent when no server answered. */
    readonly reason: string | undefined,
    readonly output: string,
    /** What the command printed all the same. */
    readonly stdout = "",
  ) {
    super(`${step} failed:\n${output}`);
    this.name = "KubectlError";
  }
}

/** What a failed kubectl says. It has one exit code for everything, so its words decide. */
export function kubectlError(step: string, { stdout, stderr }: CommandResult): KubectlError {
  const reason = /^Error from server \((\w+)\)/m.exec(stderr)?.[1];
  return new KubectlError(step, reason, lastLines(stdout, stderr), stdout);
}

export function isConflict(error: unknown): boolean {
  return error instanceof KubectlError && error.reason === "Conflict";
}

export function isNotFound(error: unknown): boolean {
  return error instanceof KubectlError && error.reason === "NotFound";
}

export function alreadyExists(error: unknown): boolean {
  return error instanceof KubectlError && error.reason === "AlreadyExists";
}

/** What an API server refuses for good; everything else it may see differently a little later. */
const passingReasons: ReadonlySet<string> = new Set([
  "ServiceUnavailable",
  "ServerTimeout",
  "Timeout",
  "TooManyRequests",
  "InternalError",
]);

const noAnswer =
  /unable to connect to the server|the connection to the server \S+ was refused|connection reset by peer|unexpected EOF|\bEOF$|i\/o timeout|TLS handshake timeout|context deadline exceeded|etcdserver: (leader changed|request timed out|no leader)|net\/http: request canceled|couldn't get current server API group list|error sending request: Post "https:\/\/[^"]+\/exec\//im;

/** A control plane that has just left the cluster has no credential any more; others have. */
const hasLeft = `stat ${adminConfig}: no such file`;

/** Whether the same question may get an answer from another control plane, or a little later. */
export function isPassing(error: unknown): boolean {
  if (error instanceof Error && error.name === "TransportError") return true;
  if (!(error instanceof KubectlError)) return false;
  if (error.reason !== undefined) {
    return passingReasons.has(error.reason) || error.output.includes("etcdserver:");
  }
  return noAnswer.test(error.output) || error.output.includes(hasLeft);
}
