import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-VM-001",
  title: "Machines are clones of the standard template",
  severity: "high",
  rationale:
    "The template is the one system that is hardened, patched and maintained; a machine made otherwise is one more.",
  remedy: "Name the standard template in vsphere.template, or list this one under `templates`.",
  references: [{ source: "CIS Docker", name: "1.1 Linux Hosts Specific Configuration" }],
  parameters: {
    templates: {
      kind: "texts",
      default: [],
      meaning: "BIOS UUIDs in vCenter of the standard template's versions; empty: any template",
    },
  },
  on: ["machine"],
  check: (machine, { templates }, report) => {
    const template = machine.template();
    if (template === undefined) report("is no clone of a template");
    else if (templates.length > 0 && !templates.includes(template))
      report(`is a clone of ${template}, which is no standard template`);
  },
});
