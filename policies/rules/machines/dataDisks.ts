import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-VM-007",
  title: "Data disks outlive their machines",
  severity: "high",
  rationale:
    "A disk that goes with its machine takes the volumes of every application there with it.",
  remedy: "Leave keepDataDisk of the node pool true.",
  references: [
    {
      source: "CIS Docker",
      name: "1.1.1 Ensure a separate partition for containers has been created",
    },
  ],
  on: ["machine"],
  appliesTo: (machine) => machine.dataDisks().length > 0,
  check: (machine, _, report) => {
    for (const { label, isKept } of machine.dataDisks()) {
      if (!isKept) report(`its disk ${label} is deleted with it`);
    }
  },
});
