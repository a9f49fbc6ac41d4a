import type { Other, Stack, Workload } from "../core/subjects";
import type { Value } from "../core/value";
import { textMap } from "../layers/textMap";

/** Objects of a kind that the stack makes, in one namespace. */
export function objectsOf(stack: Stack, kind: string, namespace?: string): readonly Other[] {
  return stack.subjects.filter(
    (subject): subject is Other =>
      subject.kind === "other" &&
      subject.object === kind &&
      (namespace === undefined || subject.namespace === namespace),
  );
}

/** Whether a selector of labels finds an object with these: `matchLabels` and `matchExpressions`; an empty one finds all. */
export function selects(selector: Value, labels: Readonly<Record<string, string>>): boolean {
  const wanted = textMap(selector.at("matchLabels"));
  const isMatch = Object.entries(wanted).every(([key, value]) => labels[key] === value);
  return (
    isMatch &&
    selector
      .at("matchExpressions")
      .items()
      .every((expression) => {
        const label = labels[expression.at("key").text() ?? ""];
        const values = expression.at("values").texts();
        const operator = expression.at("operator").text();
        if (operator === "In") return label !== undefined && values.includes(label);
        if (operator === "NotIn") return label === undefined || !values.includes(label);
        return operator === "Exists" ? label !== undefined : label === undefined;
      })
  );
}

/** How many pods an autoscaler leaves at least: one, where it says nothing. */
export function fewestOf({ resource }: Other): number {
  return resource.inputs.at("spec", "minReplicas").number() ?? 1;
}

/** `shop/web`, which an autoscaler scales. */
export function scaledBy({ namespace, resource }: Other): string {
  return `${namespace}/${resource.inputs.at("spec", "scaleTargetRef", "name").text() ?? ""}`;
}

/** Workloads with pods that go on running, in one namespace. */
export function podsIn(stack: Stack, namespace: string): readonly Workload[] {
  return stack.subjects.filter(
    (subject): subject is Workload =>
      subject.kind === "workload" && subject.pod?.namespace === namespace,
  );
}
