import { machineLabel } from "../../../../provider/sdk/ownership";
import { error, type Finding, warning } from "../../finding";
import type { Path } from "../../problem";
import { quote } from "../../words";
import { type ClusterDraft, machineCount, type PoolDraft, poolsOf } from "../file";
import { checkMachine } from "./machines";

/** Constraints that some node meets. @param place of the list in the file */
export function* checkPlacement(
  placement: readonly (string | undefined)[] | undefined,
  place: Path,
  draft: ClusterDraft,
): Iterable<Finding> {
  const pools = poolsOf(draft).filter(([name, pool]) => machineCount(draft, name, pool) !== 0);
  for (const [index, constraint] of (placement ?? []).entries()) {
    const [, key = "", operator, value = ""] =
      /^(\S+?) ?(==|!=) ?(.+)$/.exec(constraint ?? "") ?? [];
    if (operator !== "==") continue;
    if (key === `node.labels.${machineLabel}`) {
      yield* checkMachine(value, [...place, index], draft);
      continue;
    }
    const label = /^node\.labels\.(.+)$/.exec(key)?.[1];
    const fits = pools.some(([, pool]) =>
      label === undefined ? roleInCompose(pool) === value : pool.labels?.[label] === value,
    );
    if (fits || (label === undefined && key !== "node.role")) continue;
    yield label === undefined
      ? error(
          [...place, index],
          `asks for the role ${quote(value)}, which no node has; ${cureForRole(draft)}`,
        )
      : warning(
          [...place, index],
          `asks for the label ${label}=${value}, which no node pool has under labels: it runs nowhere until nodes get it`,
        );
  }
}

function cureForRole({ orchestrator }: ClusterDraft): string {
  return orchestrator === "kubernetes"
    ? "use worker, or manager for the control planes"
    : "use manager or worker, as the node pools have it";
}

/** Constraints are Compose's, which knows managers and workers. */
function roleInCompose({ role }: PoolDraft): string | undefined {
  return role === "controlPlane" ? "manager" : role;
}
