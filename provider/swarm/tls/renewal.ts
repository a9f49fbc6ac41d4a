/** Certificates are renewed in the last third of their life, so that an `up` a month or two keeps them valid. */
export function isDue(expires: string, validityDays: number, now: Date): boolean {
  const end = Date.parse(expires);
  if (Number.isNaN(end)) return true;
  return end - now.getTime() < (validityDays * 86_400_000) / 3;
}
