import type { Release } from "../../components/application";

/**
 * What `slipway` tells the program of one deployment beside the configuration: how it is to be done and recorded, which
 * is no property of what it deploys. Travels in the environment, as JSON. Holds no secret.
 */
export interface DeploymentRequest {
  /** Go past versions that were released with other content, and say so in the ledger. */
  readonly force?: boolean;
  readonly kind?: Release["kind"];
  /** Application version that is deployed in the place of the configuration's. */
  readonly version?: string;
  /** A release of the ledger that is deployed in the place of the files; null: the files, whatever the configuration says. */
  readonly release?: number | null;
  /** The release that a rollback brings back (`#7`), or where a promotion comes from (`shop-dev #12`). */
  readonly of?: string;
  /** A release that was tried just now and failed: recorded before what is deployed in its place. */
  readonly failed?: Omit<Release, "number">;
  /** Digests that a promotion takes over, by service. */
  readonly digests?: Readonly<Record<string, string>>;
}

export const requestVariable = "SLIPWAY_DEPLOYMENT";

/** @throws Error when the variable holds no JSON. */
export function deploymentRequest(env: NodeJS.ProcessEnv = process.env): DeploymentRequest {
  const text = env[requestVariable];
  return text === undefined || text === "" ? {} : (JSON.parse(text) as DeploymentRequest);
}
