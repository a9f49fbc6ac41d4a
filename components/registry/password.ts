import { weakness } from "../platform/password";

/** bcrypt reads no more of a password than this, and would take another one with the same beginning. */
const longestBytes = 72;

/** What is wrong with the password of an account, in words that do not show it; undefined when nothing is. */
export function passwordMistake(account: string, password: string): string | undefined {
  if (Buffer.byteLength(password) > longestBytes)
    return `is longer than ${longestBytes} bytes, of which bcrypt reads no more`;
  return weakness(account, password);
}
