import { wordsOfRole } from "../orchestratorWords";
import type { RollPlan, RollStep } from "./plan";

/** The plan for people: what is replaced by what, why, and what it means for the quorum. */
export function renderPlan(plan: RollPlan): readonly string[] {
  const lines: string[] = [];
  if (plan.steps.length > 0) {
    const count = plan.steps.length === 1 ? "1 machine" : `${plan.steps.length} machines`;
    lines.push(`Replaces ${count}, one at a time:`, "");
    lines.push(
      ...table([
        ["", "machine", "from", "to", "because of", "address", "order"],
        ...plan.steps.map((step, index) => [
          `${index + 1}.`,
          step.machine,
          step.fromVm,
          step.toVm,
          step.reasons.join(", "),
          step.address ?? "DHCP",
          step.deleteFirst ? "old goes first" : "new comes first",
        ]),
      ]),
    );
    lines.push("", ...quorumLines(plan.steps));
  }
  for (const { machine, why } of plan.skipped) lines.push(`${machine} stays: ${why}`);
  return lines;
}

function quorumLines(steps: readonly RollStep[]): readonly string[] {
  return steps.flatMap(({ machine, role, quorum }) => {
    if (quorum === undefined || role === "worker") return [];
    const { before, during } = quorum;
    return [
      `Quorum while ${machine} is replaced: ${during.needed} of ${during.deciders} ${wordsOfRole(role).decider}s (now ${before.needed} of ${before.deciders})`,
    ];
  });
}

/** Columns as wide as their widest cell; no space at the end of a line. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
}
