import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { secretFlags } from "../../core/secrets";
import { at } from "../containers";

export default resourceRule({
  id: "SLW-APP-016",
  title: "No secret stands on a command line",
  severity: "critical",
  rationale:
    "Command lines are shown by every list of processes on the node, and by whoever may look at the service.",
  remedy: "Make it a secret of the file, and name the path: --password-file=/run/secrets/password.",
  references: [{ source: "NSA", name: "Protecting secrets" }],
  on: ["workload"],
  check: (workload, _, report) => {
    lookAtEach(workload.containers(), (container) => {
      const commands = [container.command(), ...container.hooks()];
      const found = commands.flatMap(secretFlags);
      if (found.length > 0)
        report(`${at(workload, container)}command line holds a secret: ${found.join(", ")}`);
    });
  },
});
