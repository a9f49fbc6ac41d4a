import { appendFileSync } from "node:fs";
import type { Redactor } from "./redactor";

/** What the provider did, line by line, in the file named by SLIPWAY_PROVIDER_LOG; without it nothing is written. */
export class LogFile {
  constructor(
    private readonly path: string | undefined,
    private readonly redactor: Redactor,
  ) {}

  write(text: string): void {
    if (this.path === undefined || this.path === "") return;
    const line = `${new Date().toISOString()} ${process.pid} ${this.redactor.redact(text)}\n`;
    try {
      appendFileSync(this.path, line, { mode: 0o600 });
    } catch {
      // A log that cannot be written must not fail a deployment.
    }
  }
}
