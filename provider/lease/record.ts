import { randomUUID } from "node:crypto";
import os from "node:os";

/** What a lease says of whoever has it; all of it is text. */
export interface LeaseRecord {
  /** Which process: no two share it, even where host names and process numbers are the same (containers). */
  readonly token?: string;
  /** For people: `ops@ci-3:4711`. */
  readonly holder?: string;
  readonly purpose?: string;
  readonly since?: string;
  readonly expires?: string;
}

/** How long a lease is valid unless renewed, and how often it is. */
export const leaseSeconds = { valid: 60, renewEvery: 20 } as const;

/** The token of this process. */
export const ownToken = randomUUID();

/** What is to be done about a lease that exists. */
export type LeaseVerdict = "mine" | "expired" | "taken";

/**
 * @param now the clock of the cluster: the only one that all who want the lease can agree on.
 */
export function judgeLease(record: LeaseRecord, own: string, now: Date): LeaseVerdict {
  if (record.token === own) return "mine";
  const expires = Date.parse(record.expires ?? "");
  return Number.isNaN(expires) || expires < now.getTime() ? "expired" : "taken";
}

/** The record of a lease that this process takes or renews now. */
export function ownRecord(purpose: string, now: Date) {
  const expires = new Date(now.getTime() + leaseSeconds.valid * 1000).toISOString();
  const holder = `${os.userInfo().username}@${os.hostname()}:${process.pid}`;
  return { token: ownToken, holder, purpose, since: now.toISOString(), expires };
}

/** Who has a lease, for those who wait. */
export function describeHolder({ holder, purpose, expires }: LeaseRecord): string {
  return `held by ${holder ?? "unknown"} (${purpose ?? "unknown purpose"}) until ${expires ?? "?"} unless renewed`;
}
