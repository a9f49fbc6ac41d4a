import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "../layout";

/**
 * Folders that Docker and containerd use whatever they are told. The lab's engine sees empty ones of its own in their
 * place, so that it neither reads nor leaves anything there.
 */
export const engineFolders = ["/etc/docker", "/opt/containerd", "/run/docker", "/run/containerd"];

/** Makes those folders that the host lacks, as places to mount over, and remembers which. */
export function makeVeiled(layout: Layout): void {
  const missing = engineFolders.filter((folder) => !existsSync(folder));
  writeFileSync(record(layout), missing.join("\n"));
  for (const folder of missing) mkdirSync(folder, { recursive: true });
}

/** Removes the folders that makeVeiled has made, as far as nobody has put anything into them. */
export function removeVeiled(layout: Layout): void {
  if (!existsSync(record(layout))) return;
  for (const folder of readFileSync(record(layout), "utf8").split("\n")) {
    try {
      if (engineFolders.includes(folder)) rmdirSync(folder);
    } catch {
      // Somebody else uses it by now.
    }
  }
}

function record(layout: Layout): string {
  return join(layout.run, "veiled");
}
