import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { loadCompose, type ComposeProject } from "../../../components/spec";

/** The project of a Compose file's text. */
export function loadText(text: string): ComposeProject {
  const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-monitoring-"));
  try {
    const file = path.join(folder, "stack.yml");
    writeFileSync(file, text);
    return loadCompose([file], { variables: {} }).project;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
