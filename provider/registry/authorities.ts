/** Authorities that a container runtime trusts for single registries, as files that it reads whenever it pulls. */
import { quote } from "../transport/shell";
import type { Connection } from "../transport/types";

/** PEM of the authority, by registry (`host:port`). */
export type Authorities = Readonly<Record<string, string>>;

/** First line of each file that is ours: what comes before the first certificate is skipped by who reads it. */
const firstLine = "# Written by Slipway; changes are overwritten.";

/** Name of the file in the folder of its registry, as Docker calls it. */
const fileName = "ca.crt";

export function authorityFile(folder: string, registry: string): string {
  return `${folder}/${registry}/${fileName}`;
}

export function authorityText(pem: string): string {
  return `${firstLine}\n${pem.trim()}\n`;
}

/** Removes the files of registries that nobody names any more, if they are ours. */
export function forgottenScript(
  folder: string,
  registries: Iterable<string>,
  file = fileName,
): string {
  const keep = [...registries].map((registry) => `${quote(registry)}) continue ;;`).join(" ");
  return `for file in ${folder}/*/${file}; do
  [ -e "$file" ] || continue
  registry=$(basename "$(dirname "$file")")
  case $registry in ${keep} esac
  if head -n 1 "$file" | grep -q '^# Written by Slipway'; then rm -f "$file"; fi
done`;
}

/** Writes the files, and removes those of registries that are not named any more. */
export async function writeAuthorities(
  connection: Connection,
  folder: string,
  authorities: Authorities,
): Promise<void> {
  for (const [registry, pem] of Object.entries(authorities))
    await connection.writeFile(authorityFile(folder, registry), authorityText(pem), 0o644);
  await connection.must(
    "removing authorities that are not named any more",
    forgottenScript(folder, Object.keys(authorities)),
  );
}

/** Prints the files that are ours, one a line: `authority:<registry>=<base64>`. */
export function authoritiesProbe(folder: string): string {
  return `for file in ${folder}/*/${fileName}; do
  if head -n 1 "$file" 2>/dev/null | grep -q '^# Written by Slipway'; then
    echo "authority:$(basename "$(dirname "$file")")=$(base64 -w0 <"$file")"
  fi
done`;
}

/** What the probe has printed, among other values. */
export function parseAuthorities(values: ReadonlyMap<string, string>): Authorities {
  return Object.fromEntries(
    [...values]
      .filter(([key]) => key.startsWith("authority:"))
      .map(([key, encoded]) => [
        key.slice("authority:".length),
        Buffer.from(encoded, "base64").toString("utf8").replace(firstLine, "").trim(),
      ]),
  );
}

/** Whether the files say the same. */
export function sameAuthorities(a: Authorities, b: Authorities): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => a[key]?.trim() === b[key]?.trim())
  );
}
