import { resourceRule } from "../../core/rule";
import { lookAtEach } from "../../core/value";
import { at } from "../containers";

export default resourceRule({
  id: "SLW-APP-021",
  title: "No environment variable is given twice",
  severity: "low",
  rationale: "Which of the two holds is decided by the engine, and differs between engines.",
  remedy: "Keep one of them.",
  references: [
    { source: "KubeLinter", name: "duplicate-env-var" },
    { source: "kube-score", name: "environment-variable-key-duplication" },
  ],
  on: ["workload"],
  check: (workload, _, report) => {
    lookAtEach(workload.containers(), (container) => {
      const names = container.environment().map(({ name }) => name);
      const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
      if (twice.size > 0)
        report(`${at(workload, container)}gives ${[...twice].join(", ")} more than once`);
    });
  },
  admission: () => [
    {
      expression:
        "variables.containers.all(c, !has(c.env) || c.env.all(e, c.env.exists_one(f, f.name == e.name)))",
      message: "no environment variable may be given twice",
    },
  ],
});
