import { error, type Finding } from "../../finding";
import { quote } from "../../words";
import { type Mapping, mappingAt, mappingsAt } from "../tree/value";

/** Services that wait for each other, each circle once. */
export function* checkCycles(model: Mapping): Iterable<Finding> {
  const needs = new Map(
    mappingsAt(model, "services").map(([name, service]) => [
      name,
      Object.keys(mappingAt(service, "depends_on") ?? {}),
    ]),
  );
  const done = new Set<string>();
  const found: string[][] = [];
  const visit = (name: string, above: readonly string[]) => {
    const start = above.indexOf(name);
    if (start >= 0) {
      found.push([...above.slice(start), name]);
      return;
    }
    if (done.has(name)) return;
    for (const other of needs.get(name) ?? []) visit(other, [...above, name]);
    done.add(name);
  };
  for (const name of needs.keys()) visit(name, []);
  for (const circle of found) {
    const [first = "", second = ""] = circle;
    yield error(
      ["services", first, "depends_on", second],
      `goes in a circle: ${circle.map(quote).join(" needs ")}; take one of them out`,
    );
  }
}
