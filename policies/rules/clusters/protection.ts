import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-CLU-010",
  title: "A cluster can't be deleted by mistake",
  severity: "high",
  rationale:
    "With the cluster go its applications, their secrets and what they know. One wrong `pulumi destroy` is enough.",
  remedy: "Set slipway:protect to true in the configuration of the Pulumi stack.",
  references: [{ source: "NSA", name: "Control plane hardening" }],
  on: ["cluster"],
  check: (cluster, _, report) => {
    if (!cluster.resource.isProtected) report("is not protected from deletion");
  },
});
