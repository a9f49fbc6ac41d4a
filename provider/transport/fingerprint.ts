import { createHash } from "node:crypto";

/** Fingerprint of a public key in SSH wire format, as `ssh-keygen -l` prints it: `SHA256:…`. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

/** Fingerprint of a line as in `ssh_host_ed25519_key.pub` (`ssh-ed25519 AAAA… comment`); `undefined` when it is none. */
export function fingerprintOfLine(line: string): string | undefined {
  const [type, base64] = line.trim().split(/\s+/);
  if (type === undefined || base64 === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    return undefined;
  }
  const key = Buffer.from(base64, "base64");
  // The wire format starts with the type's own name, which tells a key from any other text.
  if (key.length < 4 + type.length) return undefined;
  return key.toString("latin1", 4, 4 + type.length) === type ? fingerprintOf(key) : undefined;
}

export function sameFingerprint(a: string, b: string): boolean {
  const bare = (text: string) => text.replace(/=+$/, "");
  return bare(a) === bare(b);
}
