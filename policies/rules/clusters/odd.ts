import { stackRule } from "../../core/rule";
import { ofKind } from "../../core/subjects";

export default stackRule({
  id: "SLW-CLU-001",
  title: "The number of managers or control planes is odd",
  severity: "high",
  rationale:
    "An even number needs a larger majority and survives no more losses than one less would.",
  remedy: "Use 1, 3, 5 or 7 of them.",
  references: [
    {
      source: "CIS Docker",
      name: "7.1 Ensure that the minimum number of manager nodes have been created in a swarm",
    },
  ],
  check: (stack, _, report) => {
    const count = ofKind(stack, "node").filter((node) => node.decides()).length;
    const [cluster] = ofKind(stack, "cluster");
    if (count > 0 && count % 2 === 0) report(`has ${count} nodes that decide`, cluster);
  },
});
