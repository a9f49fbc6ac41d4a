import type * as certificates from "./certificates";

const dayMs = 86_400_000;

/** Certificates are renewed in the last third of their life, so that an `up` a month or two keeps them valid. */
export function isDue(expires: string, validityDays: number, now: Date): boolean {
  const end = Date.parse(expires);
  if (Number.isNaN(end)) return true;
  return end - now.getTime() < (validityDays * dayMs) / 3;
}

/** An authority that cannot sign for a whole lifetime any more makes way for a new one, with all that it signed. */
export function authorityStays(
  { commonName, caCertificate }: { readonly commonName: string; readonly caCertificate: string },
  news: { readonly commonName: string; readonly validityDays: number },
): boolean {
  const { expiryOf } = module.require("./certificates") as typeof certificates;
  const needed = Date.now() + news.validityDays * dayMs;
  return news.commonName === commonName && expiryOf(caCertificate).getTime() >= needed;
}
