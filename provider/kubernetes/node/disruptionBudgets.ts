import type { Pod, PodDisruptionBudget } from "../api/objects";

type Selector = NonNullable<PodDisruptionBudget["spec"]["selector"]>;

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, pod: Pod): boolean {
  const { labels = {} } = pod.metadata;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const actual = labels[key];
      switch (operator) {
        case "In":
          return actual !== undefined && values.includes(actual);
        case "NotIn":
          return actual === undefined || !values.includes(actual);
        case "Exists":
          return actual !== undefined;
        default:
          return actual === undefined;
      }
    })
  );
}

/** Budgets that allow no eviction now, by the pods that they keep on a node. */
export function blockingBudgets(
  pods: readonly Pod[],
  budgets: readonly PodDisruptionBudget[],
): readonly string[] {
  const blocking = budgets.filter(({ status }) => (status?.disruptionsAllowed ?? 0) === 0);
  return pods.flatMap((pod) => {
    if (
      (pod.metadata.ownerReferences ?? []).some(
        ({ kind }) => kind === "DaemonSet" || kind === "Node",
      )
    )
      return [];
    const names = blocking
      .filter(
        ({ metadata, spec }) =>
          metadata.namespace === pod.metadata.namespace &&
          spec.selector !== undefined &&
          selects(spec.selector, pod),
      )
      .map(({ metadata }) => metadata.name);
    if (names.length === 0) return [];
    const { namespace = "", name } = pod.metadata;
    return [
      `PodDisruptionBudget ${namespace}/${names.join(", ")} allows no eviction of pod ${name}`,
    ];
  });
}
