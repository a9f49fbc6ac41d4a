/** Keeps secret texts out of whatever leaves the provider as a message. */
export class Redactor {
  private readonly secrets = new Set<string>();

  /** Texts shorter than 6 characters are not remembered: hiding them would garble every message. */
  add(secret: string): void {
    for (const text of [secret, ...secret.split("\n")]) {
      const trimmed = text.trim();
      if (trimmed.length >= 6 && !trimmed.startsWith("-----")) this.secrets.add(trimmed);
    }
  }

  redact(text: string): string {
    let clean = text;
    for (const secret of this.secrets) clean = clean.split(secret).join("[secret]");
    return clean;
  }
}
