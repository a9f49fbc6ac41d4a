import type { LoggingSpec } from "../spec";

/** A store that Slipway runs. */
export type OwnStoreSpec = Omit<LoggingSpec, "external" | "storage"> &
  Required<Pick<LoggingSpec, "storage">>;

/** The store that is to be run; undefined where there is no logging, or the site has its own. */
export function ownStore(spec: LoggingSpec | undefined): OwnStoreSpec | undefined {
  if (spec === undefined || spec.external !== undefined) return undefined;
  const { storage } = spec;
  if (storage === undefined) throw new Error("logging without storage has passed the checks");
  return { ...spec, storage };
}
