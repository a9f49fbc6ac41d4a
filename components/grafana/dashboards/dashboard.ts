/** What a dashboard consists of, before Grafana's own form of it: data, that tests and the lab can ask, too. */

/** Units as Grafana names them. */
export type Unit =
  "none" | "short" | "percentunit" | "bytes" | "Bps" | "reqps" | "ops" | "s" | "dateTimeFromNow";

export interface Query {
  /** PromQL, with variables of the dashboard (`$node`) and of Grafana (`$__rate_interval`). */
  readonly expr: string;
  /** Name of each series, from its labels: `{{node}}`. */
  readonly legend: string;
}

export interface Panel {
  /** `plot`: over time. `number`: as it is now. `table`: a row for each series, by its labels. */
  readonly kind: "plot" | "number" | "table";
  readonly title: string;
  /** What the figures are, and what they are good for. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** Of 24 columns. Default 12; of a number 4. */
  readonly width?: number;
  /** Series stand on each other: they are parts of one thing. Default false. */
  readonly stacked?: boolean;
  /** Upper end of the axis. Default: what the figures need. */
  readonly max?: number;
  /** From which figure on it is orange, and red; upside down where less is worse. */
  readonly limits?: { readonly warning?: number; readonly critical: number };
  /** Default false. */
  readonly lessIsWorse?: boolean;
  /** Labels that are columns of a table, with their headings; others are not shown. */
  readonly columns?: Readonly<Record<string, string>>;
  /** In words, why there may be no figures although all is well; undefined: there always are some. */
  readonly mayBeEmpty?: string;
}

/** Lines of the store, the newest first. */
export interface LinesPanel {
  readonly title: string;
  readonly description: string;
  /** As Lucene's syntax has it, with variables (`"$application"`) and filters (`${level:raw}`) of the dashboard. */
  readonly lucene: string;
  /** How many there are at most. */
  readonly limit: number;
  /** Another dashboard of Slipway that shows more of it, with values of its filters. */
  readonly more?: {
    readonly title: string;
    readonly uid: string;
    readonly filters: Readonly<Record<string, string>>;
  };
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
  /** Below the panels. */
  readonly lines?: readonly LinesPanel[];
}

/** What people narrow lines down by. */
export type Filter =
  | {
      readonly kind: "choice";
      readonly name: string;
      readonly label: string;
      /** What can be chosen, each with what it is in Lucene's syntax; the first is chosen where nobody has. */
      readonly choices: Readonly<Record<string, string>>;
    }
  /** Any text of Lucene's syntax; at first `*`. */
  | { readonly kind: "text"; readonly name: string; readonly label: string }
  /** Any field and value, which Grafana asks the store for. */
  | { readonly kind: "fields"; readonly name: string; readonly label: string };

export interface Variable {
  readonly name: string;
  readonly label: string;
  /** Metric and label whose values it can have. */
  readonly of: { readonly metric: string; readonly label: string };
}

export interface Annotation {
  readonly name: string;
  readonly expr: string;
  readonly title: string;
  readonly text: string;
  readonly color: string;
  /** Values are when it was, milliseconds since 1970; otherwise it is for as long as there is a value. */
  readonly atValue?: boolean;
  /** Shown unless somebody turns it off. */
  readonly shown: boolean;
}

export interface Dashboard {
  /** Its address, that bookmarks have: it never changes. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Variable[];
  readonly filters?: readonly Filter[];
  readonly annotations: readonly Annotation[];
  readonly rows: readonly Row[];
}
