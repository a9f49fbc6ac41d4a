import type { Dashboard } from "./dashboard";

/** A query of a dashboard, as Prometheus gets it. */
export interface PanelQuery {
  /** `Cluster › CPU`. */
  readonly place: string;
  readonly expr: string;
  /** Why it may have no result; undefined: it must have one. */
  readonly mayBeEmpty?: string;
}

/** What Grafana would put in the place of its own variables. */
const builtIn = { __rate_interval: "5m", __range: "1h" } as const;

/**
 * Every query of dashboards: of panels, of annotations, and of what variables choose from.
 *
 * @param values of the dashboards' variables, by name
 * @throws where a variable has no value.
 */
export function panelQueries(
  all: readonly Dashboard[],
  values: Readonly<Record<string, string>>,
): readonly PanelQuery[] {
  return all.flatMap(({ title, rows, annotations, variables }) => [
    ...variables.map(({ label, of }) => ({
      place: `${title} › choice of ${label}`,
      expr: `count by (${of.label}) (${of.metric})`,
    })),
    ...annotations.map(({ name, expr }) => ({
      place: `${title} › ${name}`,
      expr: filled(expr, values),
      mayBeEmpty: "nothing of the kind has happened",
    })),
    ...rows.flatMap(({ panels }) =>
      panels.flatMap(({ title: panel, queries, mayBeEmpty }) =>
        queries.map(({ expr }) => ({
          place: `${title} › ${panel}`,
          expr: filled(expr, values),
          ...(mayBeEmpty !== undefined && { mayBeEmpty }),
        })),
      ),
    ),
  ]);
}

function filled(expr: string, values: Readonly<Record<string, string>>): string {
  const known: Readonly<Record<string, string>> = { ...values, ...builtIn };
  return expr.replaceAll(/\$(\w+)/g, (_, name: string) => {
    const value = known[name];
    if (value === undefined) throw new Error(`${expr}: there is no value for $${name}`);
    return value;
  });
}
