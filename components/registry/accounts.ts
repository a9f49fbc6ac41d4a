import { bcryptHash, derived, type Account } from "../platform/derived";
import type { RegistryAccountSpec } from "../spec";
import { robots, type Process } from "./names";

/**
 * Work of a hash, as a power of two. The registry does it again with each request. A robot's password is too long to be
 * guessed, however little work a guess is.
 */
const cost = { account: 10, robot: 4 } as const;

export function robotPassword(seed: string, robot: string): string {
  return derived(seed, `password of ${robot}`);
}

/** Who may use a process, as an htpasswd file. */
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
    .map((account) => `${account.name}:${bcryptHash(account, seed)}\n`)
    .join("");
}
