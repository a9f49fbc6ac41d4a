import { ports } from "../../components/monitoring/names";
import type { InContainer } from "./containers";

/** An alert that fires, as Alertmanager has it. */
export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** ISO 8601. */
  readonly startsAt: string;
  /** Somebody has silenced it: nobody is told. */
  readonly isSilenced: boolean;
}

interface Raw {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly status?: { readonly silencedBy?: readonly string[] | null };
}

/**
 * Alerts that Alertmanager has now, silenced ones too; not those that follow from another one. Asked by amtool beside it.
 */
export async function firingAlerts(
  run: InContainer,
  url = `http://localhost:${ports.alertmanager}`,
  amtool = "/bin/amtool",
): Promise<readonly FiringAlert[]> {
  const answer = await run("alertmanager", [
    amtool,
    `--alertmanager.url=${url}`,
    "--output=json",
    "alert",
    "query",
    "--active",
    "--silenced",
  ]);
  const parsed: unknown = JSON.parse(answer);
  // An empty list is `null` to some versions.
  if (parsed !== null && !Array.isArray(parsed))
    throw new Error(`amtool answers what is no list: ${answer.slice(0, 200)}`);
  return ((parsed ?? []) as readonly Raw[]).map((alert) => ({
    labels: alert.labels ?? {},
    annotations: alert.annotations ?? {},
    startsAt: new Date(alert.startsAt ?? 0).toISOString(),
    isSilenced: (alert.status?.silencedBy ?? []).length > 0,
  }));
}
