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
      const found = secretIn(name, text) ?? secretValue(plain) ?? passwordOf(plain);
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

/** What cloud-init calls a password in plain text. */
function passwordOf(text: string): string | undefined {
  return /^\s*(-\s+)?(plain_text_passwd|password|passwd):\s*['"]?[^\s$*!'"][^\n]*/m.test(text)
    ? "a password of cloud-init"
    : undefined;
}
