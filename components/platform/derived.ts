import { createHmac } from "node:crypto";
import type * as bcrypt from "bcryptjs";

const saltBytes = 16;

/** A secret for one purpose, made of the seed: the same at each preview, and telling nothing of the others. */
export function derived(seed: string, purpose: string): string {
  return createHmac("sha256", seed).update(purpose).digest("base64url");
}

export interface Account {
  readonly name: string;
  readonly password: string;
  /** Work of the hash, as a power of two. */
  readonly cost: number;
}

/** Hashes that were made already: programs have accounts in common, and each hash takes its time. */
const known = new Map<string, string>();

/**
 * bcrypt's hash of a password. Its salt comes from the seed and the password: a hash with a random one would be another at
 * each preview.
 */
export function bcryptHash({ name, password, cost: rounds }: Account, seed: string): string {
  const { encodeBase64, hashSync } = module.require("bcryptjs") as typeof bcrypt;
  const salt = createHmac("sha256", seed).update(`salt of ${name}: ${password}`).digest();
  const settings = `$2b$${String(rounds).padStart(2, "0")}$${encodeBase64(salt.subarray(0, saltBytes), saltBytes)}`;
  const key = `${settings} ${password}`;
  const hash = known.get(key) ?? hashSync(password, settings);
  known.set(key, hash);
  return hash;
}
