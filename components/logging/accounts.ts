import { bcryptHash, derived } from "../platform/derived";
import { users, type User } from "./names";

/** Work of a hash, as a power of two. These passwords are too long to be guessed, however little work a guess is. */
const cost = 6;

/** Password of an account that Slipway makes. */
export function passwordOf(user: User, seed: string): string {
  return derived(seed, `password of ${users[user]}`);
}

/** Its hash, as the store's security keeps it. */
export function passwordHash(user: User, seed: string): string {
  return bcryptHash({ name: users[user], password: passwordOf(user, seed), cost }, seed);
}
