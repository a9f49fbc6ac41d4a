import { ports } from "../../components/monitoring/names";
import type { InContainer } from "./containers";

type Labels = Readonly<Record<string, string>>;

/** PromQL by the name under which its answer is wanted. */
export type Queries = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  /** Not finite where Prometheus divides by nought. */
  readonly value: number;
}

export interface Series {
  readonly labels: Labels;
  /** By time, seconds since 1970; times without a value are left out. */
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

export interface Range {
  /** Seconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly stepSeconds: number;
}

/** Label by which the parts of a batch are told apart. */
const partLabel = "slipway_query";

/**
 * A cluster's Prometheus, asked by promtool beside it. Several queries go as one: each costs a process in the container,
 * and a way there.
 */
export class Prometheus {
  constructor(
    private readonly run: InContainer,
    private readonly url = `http://localhost:${ports.prometheus}`,
    private readonly promtool = "/bin/promtool",
  ) {}

  /** What each expression is now. @throws Error with what Prometheus says of an expression that it does not take. */
  async instant<Q extends Queries>(
    queries: Q,
  ): Promise<Readonly<Record<keyof Q, readonly Sample[]>>> {
    const answer = await this.ask(["instant", this.url, batch(queries)]);
    return byPart(queries, parseList(answer).map(readSample));
  }

  /** What each expression was over a time. @throws as `instant`. */
  async range<Q extends Queries>(
    queries: Q,
    { start, end, stepSeconds }: Range,
  ): Promise<Readonly<Record<keyof Q, readonly Series[]>>> {
    const answer = await this.ask([
      "range",
      `--start=${start}`,
      `--end=${end}`,
      `--step=${stepSeconds}s`,
      this.url,
      batch(queries),
    ]);
    return byPart(queries, parseList(answer).map(readSeries));
  }

  private ask(words: readonly string[]): Promise<string> {
    return this.run("prometheus", [this.promtool, "query", "-o", "json", ...words]);
  }
}

/** One expression with the results of all, each with the name of its own. */
export function batch(queries: Queries): string {
  return Object.entries(queries)
    .map(([name, query]) => `label_replace((${query}), "${partLabel}", "${name}", "", "")`)
    .join(" or ");
}

function byPart<Q extends Queries, T extends { readonly labels: Labels }>(
  queries: Q,
  all: readonly T[],
): Readonly<Record<keyof Q, readonly T[]>> {
  const parts = Object.keys(queries).map((name) => [
    name,
    all
      .filter(({ labels }) => labels[partLabel] === name)
      .map((one) => ({ ...one, labels: withoutPart(one.labels) })),
  ]);
  return Object.fromEntries(parts) as Readonly<Record<keyof Q, readonly T[]>>;
}

function withoutPart(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== partLabel));
}

type Point = readonly [seconds: number, value: string];

function parseList(answer: string): readonly Readonly<Record<string, unknown>>[] {
  const parsed: unknown = JSON.parse(answer);
  if (Array.isArray(parsed)) return parsed as readonly Readonly<Record<string, unknown>>[];
  throw new Error(`promtool answers what is no list: ${answer.slice(0, 200)}`);
}

function readSample({ metric, value }: Readonly<Record<string, unknown>>): Sample {
  return { labels: (metric ?? {}) as Labels, value: Number((value as Point)[1]) };
}

function readSeries({ metric, values }: Readonly<Record<string, unknown>>): Series {
  return {
    labels: (metric ?? {}) as Labels,
    points: ((values ?? []) as readonly Point[]).map(([seconds, value]) => [
      seconds,
      Number(value),
    ]),
  };
}
