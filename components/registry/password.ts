/** bcrypt reads no more of a password than this, and would take another one with the same beginning. */
const longestBytes = 72;
const shortest = 12;
/** Fewer different characters are a pattern. */
const fewestCharacters = 6;
/** What a guesser tries first, in any case and with digits around it. */
const guesses =
  /^(\d|[^a-z0-9])*(password|passwort|changeme|secret|registry|docker|admin|slipway|welcome|letmein|qwerty\w*|abc)+(\d|[^a-z0-9])*$/i;

/** What is wrong with the password of an account, in words that do not show it; undefined when nothing is. */
export function passwordMistake(account: string, password: string): string | undefined {
  if (/[\r\n]/.test(password))
    return "has a line break, as a file that was read whole has at its end";
  const bytes = Buffer.byteLength(password);
  if (bytes > longestBytes)
    return `is longer than ${longestBytes} bytes, of which bcrypt reads no more`;
  const { length } = Array.from(password);
  if (length < shortest) return `is too short: ${length} characters, and ${shortest} are the least`;
  if (password.toLowerCase().includes(account.toLowerCase()) && account.length > 3)
    return "has the account's name in it";
  if (new Set(password).size < fewestCharacters || guesses.test(password))
    return "is among the first that anybody would guess";
  return undefined;
}
