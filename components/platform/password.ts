const shortest = 12;
/** Fewer different characters are a pattern. */
const fewestCharacters = 6;
/** What a guesser tries first, in any case and with digits around it. */
const guesses =
  /^(\d|[^a-z0-9])*(password|passwort|changeme|secret|registry|docker|grafana|admin|slipway|welcome|letmein|qwerty\w*|abc)+(\d|[^a-z0-9])*$/i;

/** Why the password of an account is easily guessed, or can't be typed, in words that do not show it; undefined when it is not. */
export function weakness(account: string, password: string): string | undefined {
  if (/[\r\n]/.test(password))
    return "has a line break, as a file that was read whole has at its end";
  const { length } = Array.from(password);
  if (length < shortest) return `is too short: ${length} characters, and ${shortest} are the least`;
  if (password.toLowerCase().includes(account.toLowerCase()) && account.length > 3)
    return "has the account's name in it";
  if (new Set(password).size < fewestCharacters || guesses.test(password))
    return "is among the first that anybody would guess";
  return undefined;
}
