import { error, type Finding } from "../../finding";
import { timeZoneMistake } from "../../timeZone";
import { machineCount, poolsOf, type SwarmDraft } from "../file";

const place = ["platform", "scheduler"];

/** A scheduler that knows its clock, and has a manager to run on. */
export function* checkScheduler(draft: SwarmDraft): Iterable<Finding> {
  const scheduler = draft.platform?.scheduler;
  if (scheduler === undefined) return;
  const { timeZone } = scheduler;
  const mistake = timeZone === undefined ? undefined : timeZoneMistake(timeZone);
  if (mistake !== undefined) yield error([...place, "timeZone"], mistake);

  const managers = poolsOf(draft).filter(
    ([name, pool]) => pool.role === "manager" && machineCount(draft, name, pool) !== 0,
  );
  // No manager at all is another mistake, and told as such.
  if (managers.length === 0 || managers.some(([, pool]) => isOpen(pool.availability))) return;
  yield error(
    place,
    "runs on managers, and none takes tasks: every pool of managers has another availability than active; set it to active for one of them",
  );
}

function isOpen(availability: string | undefined): boolean {
  return availability === undefined || availability === "active";
}
