import { watchdog } from "../../components/monitoring/rules";
import type { AlertFacts, Asked } from "./facts";
import { byName, worst } from "./severity";
import type { AlertView, Part } from "./view";

/** Alerts, those that matter most and longest first. Where the one that always fires is missing, the others are, too. */
export function alertsPart(asked: Asked<readonly AlertFacts[]>): Part<readonly AlertView[]> {
  if (asked.kind !== "known")
    return { severity: asked.kind === "unknown" ? "unknown" : "none", reason: asked.reason };
  if (!asked.value.some(({ name }) => name === watchdog))
    return {
      severity: "unknown",
      reason: `Alertmanager has no ${watchdog}, which always fires: what else fires does not reach it`,
    };
  const value = asked.value
    .filter(({ name }) => name !== watchdog)
    .map((alert) => ({ ...alert, level: levelOf(alert) }))
    .sort(
      (a, b) =>
        levels.indexOf(a.level) - levels.indexOf(b.level) ||
        byName(a.since, b.since) ||
        byName(a.name + a.summary, b.name + b.summary),
    );
  return {
    severity: worst(value.flatMap(({ level }) => (level === "none" ? [] : [level]))),
    value,
  };
}

const levels: readonly AlertView["level"][] = ["critical", "warning", "none"];

/** A rule of the site that names another severity is worth a look. */
function levelOf({ severity, isSilenced }: AlertFacts): AlertView["level"] {
  if (isSilenced || severity === "none" || severity === "info") return "none";
  return severity === "critical" ? "critical" : "warning";
}
