import { stackRule } from "../../core/rule";
import { ofKind } from "../../core/subjects";

export default stackRule({
  id: "SLW-CLU-002",
  title: "The cluster goes on when it loses a manager or control plane",
  severity: "high",
  rationale:
    "With one or two of them, the loss of one is the loss of the cluster: nothing can be deployed, moved or mended.",
  remedy: "Give the pool with that role count: 3.",
  references: [
    {
      source: "CIS Docker",
      name: "7.1 Ensure that the minimum number of manager nodes have been created in a swarm",
    },
    { source: "NSA", name: "Control plane hardening" },
  ],
  parameters: {
    min: {
      kind: "number",
      default: 3,
      min: 1,
      max: 7,
      meaning: "fewest managers or control planes",
    },
  },
  check: (stack, { min }, report) => {
    const [cluster] = ofKind(stack, "cluster");
    if (cluster === undefined) return;
    const count = ofKind(stack, "node").filter((node) => node.decides()).length;
    if (count < min)
      report(
        `has ${count} ${count === 1 ? "node that decides" : "nodes that decide"}, fewer than ${min}`,
        cluster,
      );
  },
});
