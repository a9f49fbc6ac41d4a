import { stackRule } from "../../core/rule";
import { ofKind } from "../../core/subjects";

export default stackRule({
  id: "SLW-STK-002",
  title: "Environments share nothing that they should not",
  severity: "high",
  rationale:
    "What goes wrong in dev, or breaks in there, must not reach prod over a cluster or a folder that both have.",
  remedy:
    "Give the environment a cluster and a folder of its own, or list the other under `sharesWith`.",
  references: [
    {
      source: "CIS Kubernetes",
      name: "5.7.1 Create administrative boundaries between resources using namespaces",
    },
    { source: "NSA", name: "Network separation and hardening: namespaces" },
  ],
  parameters: {
    sharesWith: {
      kind: "texts",
      default: [],
      meaning: "environments whose clusters this one may use",
    },
  },
  check: (stack, { sharesWith }, report) => {
    const { environment } = stack;
    const outputs = stack.outputs;
    const cluster = outputs.isKnown ? outputs.at("cluster").text() : undefined;
    const short = cluster?.split("/").at(-1);
    const its = short === undefined ? undefined : stack.environmentOf(short);
    if (its !== undefined && its !== environment && !sharesWith.includes(its))
      report(`of ${environment} runs on cluster ${short ?? ""}, which is of ${its}`);
    for (const machine of ofKind(stack, "machine")) {
      const [other] = (machine.folder() ?? "")
        .split("/")
        .filter((part) => part !== environment && !sharesWith.includes(part))
        .flatMap((part) => (stack.environments.includes(part) ? [part] : []));
      if (other !== undefined) report(`of ${environment} is in the folder of ${other}`, machine);
    }
  },
});
