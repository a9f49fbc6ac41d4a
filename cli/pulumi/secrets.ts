/** By which Pulumi's state tells a secret from other objects. */
const signature = "4dabf18193072939515e22adb298388d";

/** A value of a state that was exported with its secrets, with each secret in its place in plain text. */
export function revealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revealed);
  if (typeof value !== "object" || value === null) return value;
  const { plaintext } = value as { readonly plaintext?: unknown };
  if (signature in value && typeof plaintext === "string")
    return revealed(JSON.parse(plaintext) as unknown);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]));
}
