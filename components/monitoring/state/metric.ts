/** What json-exporter makes of an answer in JSON. */
import { stringify } from "yaml";

/** Metrics of the objects at a path. */
export interface StateMetric {
  /** Name before the `_` and the value's. */
  readonly name: string;
  readonly type: "object";
  readonly help: string;
  /** JSONPath of the objects. */
  readonly path: string;
  /** JSONPath in each object, by label; a text without braces is itself. */
  readonly labels: Readonly<Record<string, string>>;
  /** JSONPath in each object, or a figure, by the second part of the metric's name. */
  readonly values: Readonly<Record<string, string | number>>;
}

export interface StateModule {
  readonly metrics: readonly StateMetric[];
  readonly http_client_config?: object;
}

/** A key as JSONPath has it: its dots are no steps. */
export function key(text: string): string {
  return text.replaceAll(".", "\\.");
}

/** json-exporter's configuration. */
export function stateConfiguration(modules: Readonly<Record<string, StateModule>>): string {
  return stringify({ modules }, { lineWidth: 0 });
}
