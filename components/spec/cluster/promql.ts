import type * as grammar from "@prometheus-io/lezer-promql";
import { quote } from "../words";

/**
 * What is wrong with the form of an expression, by Prometheus' own grammar; undefined when nothing is. Whether a function
 * gets what it wants is not seen here.
 */
export function expressionMistake(expression: string): string | undefined {
  if (expression.trim() === "") return "is an empty expression";
  // Loaded where there are rules to read, which most clusters do not have.
  const { parser } = module.require("@prometheus-io/lezer-promql") as typeof grammar;
  const cursor = parser.parse(expression).cursor();
  do {
    if (!cursor.type.isError) continue;
    const rest = expression.slice(cursor.from).trim();
    return rest === ""
      ? "is not PromQL: the expression ends too early"
      : `is not PromQL from ${quote(rest)} on`;
  } while (cursor.next());
  return undefined;
}
