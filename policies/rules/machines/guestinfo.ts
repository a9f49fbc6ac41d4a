import { gunzipSync } from "node:zlib";
import { resourceRule } from "../../core/rule";
import { secretIn, secretValue } from "../../core/secrets";
import { lookAtEach } from "../../core/value";

export default resourceRule({
  id: "SLW-VM-005",
  title: "No secret stands in guestinfo",
  severity: "critical",
  rationale:
    "Whoever may look at the machine in vCenter, and every process in the guest, reads guestinfo.",
  remedy:
    "Bring secrets over SSH once the machine is up; public keys are enough to let Slipway in.",
  references: [{ source: "NSA", name: "Protecting secrets" }],
  on: ["machine"],
  check: (machine, _, report) => {
    lookAtEach(machine.guestInfo(), ({ name, value }) => {
      const text = value() ?? "";
      const plain = decoded(text);
      const found =
        secretIn(name, text) ??
        [plain, ...filesIn(plain)].map(secretValue).find((told) => told !== undefined) ??
        passwordOf(plain);
      if (found !== undefined) report(`${name} holds ${found}`);
    });
  },
});

/** User data travels as base64, compressed or not. */
function decoded(text: string): string {
  if (!/^[A-Za-z0-9+/\s]{16,}={0,2}\s*$/.test(text)) return text;
  const bytes = Buffer.from(text, "base64");
  try {
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString("utf8");
  } catch {
    return text;
  }
}

/** How cloud-init is told passwords in plain text, in YAML and JSON; those with `$` before them are hashes. */
const passwords = [
  /(^|[\s{,"'])(plain_text_passwd|password|passwd)["']?\s*:\s*(?!["']?[$*!]|null\b|[{[|>])["']?[^\s"',}]/m,
  /^\s*["']?chpasswd["']?\s*:[^]{0,200}?\blist["']?\s*:/m,
  /\|\s*chpasswd\b/,
];

function passwordOf(text: string): string | undefined {
  return passwords.some((form) => form.test(text)) ? "a password of cloud-init" : undefined;
}

/** Files that user data bring are base64 within it. */
function filesIn(text: string): readonly string[] {
  if (!/b64|base64/.test(text)) return [];
  return [...text.matchAll(/[A-Za-z0-9+/]{40,}={0,2}/g)].map(([file]) => decoded(file));
}
