import { createHmac } from "node:crypto";
import type * as bcrypt from "bcryptjs";
import type { RegistryAccountSpec } from "../spec";
import { robots, type Process } from "./names";

/**
 * Work of a hash, as a power of two. The registry does it again with each request. A robot's password is too long to be
 * guessed, however little work a guess is.
 */
const cost = { account: 10, robot: 4 } as const;
const saltBytes = 16;

/** A secret for one purpose, made of the seed: the same at each preview, and telling nothing of the others. */
export function derived(seed: string, purpose: string): string {
  return createHmac("sha256", seed).update(purpose).digest("base64url");
}

export function robotPassword(seed: string, robot: string): string {
  return derived(seed, `password of ${robot}`);
}

interface Account {
  readonly name: string;
  readonly password: string;
  readonly cost: number;
}

/**
 * Who may use a process, as an htpasswd file. The salt of a hash comes from the seed and the password: a hash with a
 * random one would be another at each preview.
 */
export function htpasswd(
  process: Exclude<Process, "cache">,
  accounts: Readonly<Record<string, RegistryAccountSpec>>,
  passwords: Readonly<Record<string, string>>,
  seed: string,
): string {
  const people = Object.entries(accounts)
    .filter(([, { role }]) => process === "pull" || role === "push")
    .map(([name]): Account => {
      const password = passwords[name];
      if (password === undefined) throw new Error(`the registry's account ${name} has no password`);
      return { name, password, cost: cost.account };
    });
  const own = process === "pull" ? Object.values(robots) : [robots.maintenance];
  const machines = own.map((name): Account => ({
    name,
    password: robotPassword(seed, name),
    cost: cost.robot,
  }));
  return [...machines, ...people]
    .map((account) => `${account.name}:${hashOf(account, seed)}\n`)
    .join("");
}

/** Hashes that were made already: the two processes have accounts in common, and each hash takes its time. */
const known = new Map<string, string>();

function hashOf({ name, password, cost: rounds }: Account, seed: string): string {
  const { encodeBase64, hashSync } = module.require("bcryptjs") as typeof bcrypt;
  const salt = createHmac("sha256", seed).update(`salt of ${name}: ${password}`).digest();
  const settings = `$2b$${String(rounds).padStart(2, "0")}$${encodeBase64(salt.subarray(0, saltBytes), saltBytes)}`;
  const key = `${settings} ${password}`;
  const hash = known.get(key) ?? hashSync(password, settings);
  known.set(key, hash);
  return hash;
}
