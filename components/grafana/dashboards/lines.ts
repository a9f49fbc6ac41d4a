/** What dashboards show of the store's lines. */
import { fields, levels, sources } from "../../logging/record";
import type { Filter, LinesPanel } from "./dashboard";

/** Of all lines. */
const anything = "*";

const atLeast = (level: (typeof levels)[number]) =>
  `${fields.level}:(${levels.slice(levels.indexOf(level)).join(" OR ")})`;

/** By the level of lines, those that say none among "all". */
export const levelFilter: Filter = {
  kind: "choice",
  name: "level",
  label: "Level",
  choices: { all: anything, "warnings and worse": atLeast("warn"), errors: atLeast("error") },
};

const sourceFilter: Filter = {
  kind: "choice",
  name: "source",
  label: "From",
  choices: {
    everywhere: anything,
    containers: `${fields.source}:${sources.container}`,
    engines: `${fields.source}:${sources.engine}`,
    systems: `${fields.source}:${sources.system}`,
  },
};

const searchFilter: Filter = { kind: "text", name: "search", label: "Search" };

export const lineFilters: readonly Filter[] = [
  sourceFilter,
  levelFilter,
  searchFilter,
  { kind: "fields", name: "filters", label: "Fields" },
];

/** A filter's value as it stands: Grafana would take what is Lucene's syntax in it for text. */
const raw = ({ name }: Filter) => `\${${name}:raw}`;

/** Every line that the filters let through. */
export const allLines: LinesPanel = {
  title: "Lines",
  description:
    "Lines as the store has them. Search takes Lucene's syntax: application:shop AND message:payment.",
  lucene: [sourceFilter, levelFilter, searchFilter].map(raw).join(" AND "),
  limit: 500,
};

/** Lines of one application. */
export function linesOf(application: string): LinesPanel {
  return {
    title: "Lines of the application",
    description: "What its containers have written last.",
    lucene: `${fields.application}:"${application}" AND ${raw(levelFilter)}`,
    limit: 200,
    more: {
      title: "Search in them",
      uid: "slipway-logging",
      filters: { [searchFilter.name]: `${fields.application}:"${application}"` },
    },
  };
}
