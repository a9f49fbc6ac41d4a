import type { Prepared } from "./orchestrator";

interface Node {
  readonly isReady: boolean;
  readonly cpus: number;
  readonly memoryBytes: number;
}

const mebibyte = 1024 * 1024;

/** What the nodes that take tasks have, the largest first: for whoever asks whether one of them can be lost. */
export function capacityOf(nodes: readonly Node[]): Prepared["capacity"] {
  return nodes
    .filter(({ isReady }) => isReady)
    .map(({ cpus, memoryBytes }) => ({ cpus, memoryMiB: Math.floor(memoryBytes / mebibyte) }))
    .sort((a, b) => b.memoryMiB - a.memoryMiB || b.cpus - a.cpus);
}
