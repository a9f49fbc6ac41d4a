import { stackRule } from "../../core/rule";
import { ofKind, type Machine } from "../../core/subjects";

const decides = ["manager", "controlPlane"];

export default stackRule({
  id: "SLW-VM-004",
  title: "Managers and control planes run on distinct ESX hosts",
  severity: "high",
  rationale: "An ESX host that takes the majority of them with it takes the cluster.",
  remedy: "Set antiAffinity: true of their node pool.",
  references: [
    {
      source: "CIS Docker",
      name: "7.1 Ensure that the minimum number of manager nodes have been created in a swarm",
    },
  ],
  check: (stack, _, report) => {
    const deciding = ofKind(stack, "machine").filter((machine) =>
      decides.includes(machine.role() ?? ""),
    );
    if (deciding.length < 2) return;
    const apart = new Set(
      stack.resources
        .filter(
          ({ type, inputs }) =>
            type.endsWith(":ComputeClusterVmAntiAffinityRule") &&
            inputs.at("enabled").text() !== "false",
        )
        .map(poolOf),
    );
    for (const machine of deciding) {
      if (!apart.has(poolOf(machine.resource)))
        report("nothing keeps it apart from the others", machine);
    }
  },
});

/** The node pool of a machine, and of the rule for its machines: by the names of both, which a preview knows. */
function poolOf({ type, name }: Machine["resource"]): string {
  return type.endsWith(":VirtualMachine") ? name.replace(/-\d+$/, "") : name;
}
