/**
 * Set for one run by `slipway rollback`: jobs are recorded as those of the release that comes back, and do not run. They
 * have run for it, and what they do (migrations) is seldom undone by doing it again.
 */
export const jobsVariable = "SLIPWAY_JOBS";

export function jobsAreSkipped(env: NodeJS.ProcessEnv = process.env): boolean {
  return env[jobsVariable] === "skip";
}
