import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after } from "node:test";

/** A folder of a test file's own, which goes when its tests are over. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `slipway-${name}-`));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
