import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-VM-006",
  title: "Machines say whose they are, what for, and who pays",
  severity: "low",
  rationale:
    "A machine that belongs to nobody is never switched off, and nobody is asked before it is.",
  remedy: "Set vsphere.tags of cluster.yml, by category.",
  references: [{ source: "KubeLinter", name: "required-label-owner" }],
  parameters: {
    categories: {
      kind: "texts",
      default: ["owner", "environment", "costCentre"],
      meaning: "categories of vSphere of which every machine has a tag",
    },
  },
  on: ["other"],
  appliesTo: ({ object }) => object === "VsphereMachines",
  check: ({ resource }, { categories }, report) => {
    const has = resource.inputs
      .at("tags")
      .entries()
      .map(([category]) => category);
    const missing = categories.filter((category) => !has.includes(category));
    if (missing.length > 0) report(`its machines have no tag of ${missing.join(", ")}`);
  },
});
