import { type Finding, warning } from "../../../finding";
import { plural } from "../../../words";
import { type CheckContext, type KubernetesDraft, machineCount, poolsOf } from "../../file";

/**
 * How many machines of a pool an upgrade takes at once. All of them is allowed, as a pool may well be one of several
 * that can each do without; but it is said.
 */
export function* checkUpgrades(draft: KubernetesDraft, context: CheckContext): Iterable<Finding> {
  for (const [name, pool] of poolsOf(draft)) {
    const place = ["nodePools", name, "upgradeBatch"];
    const { role, upgradeBatch: batch } = pool;
    if (batch === undefined || !context.given(place)) continue;
    const count = machineCount(draft, name, pool);
    if (role === "controlPlane") {
      yield warning(
        place,
        "has no effect: control planes are upgraded one at a time, so that etcd keeps its majority; remove it",
      );
    } else if (count !== undefined && count > 1 && batch >= count) {
      yield warning(
        place,
        `is ${batch}, and the pool has ${plural(count, "machine")}: an upgrade drains all of them at once; use at most ${count - 1}`,
      );
    }
  }
}
