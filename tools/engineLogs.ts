import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Has Pulumi's engine write no log of its own into a Pulumi home where it has written none yet. 3.250 records each
 * property that goes to a provider or a policy pack, up to half of its CPU time, and has no setting against it; it goes on
 * without where the place of the folder is taken (pkg/logging/encrypted.go). `-v` writes its logs as ever.
 */
export function withoutEngineLogs(pulumiHome: string): void {
  mkdirSync(pulumiHome, { recursive: true });
  try {
    writeFileSync(path.join(pulumiHome, "logs"), "", { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
