import type { Dashboard, Filter } from "./dashboard";

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

/** What the store is asked for, in Lucene's syntax. */
export interface LineQuery {
  /** `Logging › Lines`. */
  readonly place: string;
  readonly lucene: string;
}

/**
 * Every query for lines, with every choice of its dashboard's filters.
 *
 * @param values of the dashboards' variables, by name
 */
export function lineQueries(
  all: readonly Dashboard[],
  values: Readonly<Record<string, string>>,
): readonly LineQuery[] {
  return all.flatMap(({ title, rows, filters = [] }) =>
    rows.flatMap(({ lines = [] }) =>
      lines.flatMap(({ title: panel, lucene }) =>
        choicesOf(filters).map((chosen) => ({
          place: [title, panel, ...Object.values(chosen)].join(" › "),
          lucene: filled(lucene.replaceAll(/\$\{(\w+):raw\}/g, "$$$1"), { ...values, ...chosen }),
        })),
      ),
    ),
  );
}

/** All that filters can be set to, together. */
function choicesOf(filters: readonly Filter[]): readonly Readonly<Record<string, string>>[] {
  return filters.reduce<readonly Readonly<Record<string, string>>[]>(
    (found, filter) => {
      const possible = filter.kind === "choice" ? Object.values(filter.choices) : ["*"];
      return found.flatMap((chosen) => possible.map((one) => ({ ...chosen, [filter.name]: one })));
    },
    [{}],
  );
}

function filled(expr: string, values: Readonly<Record<string, string>>): string {
  const known: Readonly<Record<string, string>> = { ...values, ...builtIn };
  return expr.replaceAll(/\$(\w+)/g, (_, name: string) => {
    const value = known[name];
    if (value === undefined) throw new Error(`${expr}: there is no value for $${name}`);
    return value;
  });
}
