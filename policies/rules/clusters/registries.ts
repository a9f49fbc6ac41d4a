import { matchesAny } from "../../core/glob";
import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-CLU-009",
  title: "Registries are spoken to with verified TLS",
  severity: "high",
  rationale: "Who stands between a node and a registry without TLS decides what the node runs.",
  remedy:
    "Give the registry a certificate, name its authority in os.caCertificates, and take it out of insecureRegistries.",
  references: [
    { source: "CIS Docker", name: "2.5 Ensure insecure registries are not used" },
    { source: "NSA", name: "Building secure container images" },
  ],
  parameters: {
    allowed: {
      kind: "texts",
      default: [],
      meaning: "registries without verified TLS that are accepted; * stands for any text",
    },
  },
  on: ["runtime"],
  check: (runtime, { allowed }, report) => {
    const open = [
      ...runtime.insecureRegistries(),
      ...runtime.mirrors().filter((address) => /^http:/i.test(address)),
    ].filter((one) => !matchesAny(allowed, one));
    if (open.length > 0) report(`speaks to ${[...new Set(open)].join(", ")} without verified TLS`);
  },
});
