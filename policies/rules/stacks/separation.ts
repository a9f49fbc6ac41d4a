import { stackRule } from "../../core/rule";
import { ofKind } from "../../core/subjects";
import { repositoryOf } from "../containers";
import { objectsOf } from "../kubernetesObjects";

export default stackRule({
  id: "SLW-STK-002",
  title: "Environments share nothing that they should not",
  severity: "high",
  rationale:
    "What goes wrong in dev, or breaks in there, must not reach prod over a cluster, a folder or a repository of images that both have.",
  remedy:
    "Give the environment a cluster, a folder, tags and images of its own, or list the other under `sharesWith`.",
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
      meaning: "environments whose clusters, folders, tags and images this one may use",
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
    /** The first part of a path that is the name of another environment. */
    const otherIn = (place = "") =>
      place
        .split("/")
        .find(
          (part) =>
            part !== environment && !sharesWith.includes(part) && stack.environments.includes(part),
        );
    for (const machine of ofKind(stack, "machine")) {
      const other = otherIn(machine.folder());
      if (other !== undefined) report(`of ${environment} is in the folder of ${other}`, machine);
    }
    for (const machines of objectsOf(stack, "VsphereMachines")) {
      const other = otherIn(machines.resource.inputs.at("tags", "environment").text());
      if (other !== undefined) report(`of ${environment} is tagged as of ${other}`, machines);
    }
    for (const workload of ofKind(stack, "workload")) {
      const others = workload
        .containers()
        .flatMap((one) => otherIn(repositoryOf(one.image())) ?? []);
      for (const other of new Set(others))
        report(`of ${environment} runs an image of ${other}`, workload);
    }
  },
});
