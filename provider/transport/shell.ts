/** A text as one word of a POSIX shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Reads a script of a given length from standard input and evaluates it; what follows on standard input is
 * the script's own. So neither the script nor its input ever stands on a command line, and a script whose
 * end did not arrive (connection cut) is not run in part: `sh -s` would run its first half.
 */
const loader = [
  "LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  "export LC_ALL PATH",
  "IFS= read -r slipway_size || exit 125",
  'slipway_script=$(head -c "$slipway_size"; printf .)',
  "slipway_script=${slipway_script%.}",
  '[ "$(printf %s "$slipway_script" | wc -c)" -eq "$slipway_size" ] || exit 125',
  'eval "$slipway_script"',
].join("\n");

/** The command that is executed over SSH: the loader as root, by `sudo` without a password where the user is not root. */
export const loaderCommand = asRoot(`sh -c ${quote(loader)}`);

/** A fixed command as root. Never put variable text here: it stands on the command line. */
export function asRoot(command: string): string {
  return `if [ "$(id -u)" = 0 ]; then exec ${command}; else exec sudo -n ${command}; fi`;
}

/** What is sent to the loader's standard input. */
export function loaderInput(script: string, input: string | Buffer = ""): Buffer {
  const body = Buffer.from(script, "utf8");
  return Buffer.concat([Buffer.from(`${body.length}\n`), body, Buffer.from(input)]);
}

/** The script that installs a file atomically: complete or not at all, `same` or `changed` as its answer. */
export function writeFileScript(path: string, size: number, mode: number): string {
  return `set -eu
umask 077
target=${quote(path)}
mkdir -p -m 755 "$(dirname "$target")"
temporary=$(mktemp "$target.XXXXXX")
trap 'rm -f "$temporary"' EXIT
cat >"$temporary"
[ "$(wc -c <"$temporary")" -eq ${size} ] || { echo "the content did not arrive completely" >&2; exit 1; }
chmod ${mode.toString(8)} "$temporary"
if cmp -s "$temporary" "$target"; then
  chmod ${mode.toString(8)} "$target"
  echo same
else
  mv -f "$temporary" "$target"
  echo changed
fi`;
}
