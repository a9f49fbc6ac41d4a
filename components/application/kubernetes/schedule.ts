/** When a CronJob runs. */
export interface Times {
  readonly schedule: string;
  readonly timeZone: string;
}

/** Where a file names no time zone: as on a Swarm. */
const utc = "Etc/UTC";

/**
 * The times of a job, as the file has them, in Kubernetes' words: the time zone is a field of its own, and seconds are
 * none.
 *
 * @returns undefined for times within a minute, which Kubernetes does not keep.
 */
export function cronTimes(text: string): Times | undefined {
  const [, zone = utc, rest = text] = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/s.exec(text) ?? [];
  const fields = rest.trim().split(/\s+/);
  if (rest.trim().startsWith("@") || fields.length === 5)
    return { schedule: fields.join(" "), timeZone: zone };
  const [second = "", ...others] = fields;
  if (!/^\+?0+$/.test(second)) return undefined;
  return { schedule: others.join(" "), timeZone: zone };
}
