import { resourceRule } from "../../core/rule";
import { secretForms, secretIn, secretNames } from "../../core/secrets";
import { lookAtEach } from "../../core/value";
import { at } from "../containers";

const isHarmless =
  "e.value == '' || e.value.startsWith('/') || e.value.startsWith('$(') || e.value in ['true', 'false', 'yes', 'no', 'on', 'off', 'none', '0', '1']";
// A text of CEL has each backslash twice.
const hasNoForm = Object.values(secretForms)
  .map(({ source }) => `!e.value.matches('${source.replaceAll("\\", "\\\\")}')`)
  .join(" && ");

export default resourceRule({
  id: "SLW-APP-015",
  title: "No secret stands in an environment variable",
  severity: "critical",
  rationale:
    "Whoever may look at a service reads its variables, and so do its child processes, crash reports and logs.",
  remedy: "Make it a secret of the file, and let the program read it from /run/secrets.",
  references: [
    { source: "CIS Docker", name: "4.10 Ensure secrets are not stored in Dockerfiles" },
    { source: "NSA", name: "Protecting secrets" },
    { source: "KubeLinter", name: "env-var-secret" },
    { source: "Polaris", name: "sensitiveContainerEnvVar" },
  ],
  on: ["workload"],
  check: (workload, _, report) => {
    lookAtEach(workload.containers(), (container) => {
      lookAtEach(container.environment(), ({ name, value }) => {
        const found = secretIn(name, value());
        if (found !== undefined)
          report(`${at(workload, container)}variable ${name} holds ${found}`);
      });
    });
  },
  admission: () => [
    {
      expression: `variables.containers.all(c, !has(c.env) || c.env.all(e, !has(e.value) || ((${isHarmless} || !e.name.matches('${secretNames}')) && ${hasNoForm})))`,
      message: "no secret may stand in an environment variable",
    },
  ],
});
