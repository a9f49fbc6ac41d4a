import { type CollectorSettings, collectorConfiguration } from "./collectorConfig";
import { storeUrl, users } from "./names";
import type { LoggingSpec } from "../spec";

/** What a collector may use: what waits is on the disk. MiB and CPUs. */
export const collectorNeeds = { memory: { limit: 384, reserved: 96 }, cpus: 1 } as const;

/** Lines have to come through a gateway, or the collector can ask the store itself. */
export function hasGateway({ external }: Pick<LoggingSpec, "external">): boolean {
  return external === undefined || external.kind === "opensearch";
}

export interface CollectorArgs extends Pick<CollectorSettings, "cluster" | "orchestrator"> {
  readonly spec: LoggingSpec;
  readonly passwordFile: string;
  readonly caFile?: string;
}

/** The collectors' configuration. */
export function collectorText({ spec, passwordFile, caFile, ...settings }: CollectorArgs): string {
  const { external, buffer, system, exclude } = spec;
  return collectorConfiguration({
    ...settings,
    store: {
      url: external === undefined || hasGateway(spec) ? storeUrl : external.url,
      user: external?.user ?? users.collector,
      passwordFile,
      caFile,
    },
    bufferMiB: buffer.sizeMiB,
    memoryMiB: collectorNeeds.memory.limit,
    system,
    exclude,
  });
}
