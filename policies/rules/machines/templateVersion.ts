import { resourceRule } from "../../core/rule";
import { Undetermined } from "../../core/value";

export default resourceRule({
  id: "SLW-VM-002",
  title: "The version of a machine's template is known",
  severity: "medium",
  rationale:
    "Whether a fix has reached a machine can only be said where the version of its template is known.",
  remedy: "List the template's UUID with its version under `versions`.",
  references: [
    { source: "CIS Docker", name: "1.1.2 Ensure that the version of Docker is up to date" },
  ],
  parameters: {
    versions: {
      kind: "map",
      default: {},
      meaning: "versions of the standard template, by its BIOS UUID in vCenter",
    },
  },
  on: ["machine"],
  check: (machine, { versions }, report) => {
    const template = machine.template();
    if (Object.keys(versions).length === 0)
      throw new Undetermined("clone.templateUuid", "has no version: the settings list no versions");
    if (template !== undefined && versions[template] === undefined)
      report(`nobody knows the version of its template ${template}`);
  },
});
