/** What a run does with what somebody else has changed: put it back, or leave it alone this time. */
export type DriftMode = "restore" | "accept";

/** Set for one run by `slipway deploy --accept`: how a run treats drift is no property of what it deploys. */
export const driftVariable = "SLIPWAY_DRIFT";

export function driftMode(env: NodeJS.ProcessEnv = process.env): DriftMode {
  return env[driftVariable] === "accept" ? "accept" : "restore";
}
