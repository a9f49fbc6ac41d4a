import { hasGateway } from "../components/logging/collector";
import type { LoggingTargets } from "../components/monitoring/scrape/logging";
import type { PlatformSpec } from "../components/spec";

/** What monitoring reads of the cluster's logging; undefined where it has none. */
export function loggingTargets({
  logging,
}: Pick<PlatformSpec, "logging">): LoggingTargets | undefined {
  return logging && { store: logging.external === undefined, gateway: hasGateway(logging) };
}
