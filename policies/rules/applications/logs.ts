import { resourceRule } from "../../core/rule";
import type { LogDriver, SubjectOf } from "../../core/subjects";

/** Drivers that write to the node's own disk for ever, unless they are told when to stop. */
const local = ["json-file", "local"];

export default resourceRule({
  id: "SLW-APP-023",
  title: "Logs on the nodes have an end",
  severity: "medium",
  rationale:
    "A container that talks too much fills the disk of its node, and then nothing there works any more.",
  remedy:
    "Set max-size and max-file: engine.log of cluster.yml for all, logging.options for one service.",
  references: [
    { source: "CIS Docker", name: "2.13 Ensure centralized and remote logging is configured" },
    { source: "NSA", name: "Log auditing" },
  ],
  on: ["workload", "runtime"],
  check: (subject: SubjectOf<"workload" | "runtime">, _, report) => {
    const driver = subject.kind === "workload" ? subject.logDriver() : subject.logs();
    if (driver !== undefined && !isBounded(driver))
      report(`logs (${driver.name ?? "the engine's own driver"}) have no max-size`);
  },
});

function isBounded({ name, options }: LogDriver): boolean {
  if (name !== undefined && !local.includes(name)) return true;
  // `local` has a limit of its own; -1 takes limits away.
  const size = options["max-size"] ?? (name === "local" ? "20m" : "-1");
  return size !== "-1" && size !== "";
}
