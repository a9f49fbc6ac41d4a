import { resourceRule } from "../../core/rule";
import type { SubjectOf } from "../../core/subjects";

/** In IPv4 and IPv6, long and short. */
const everyAddress = /^(0(\.0){3}|\[?[0:]*:[0:]*\]?)$/;

export default resourceRule({
  id: "SLW-CLU-005",
  title: "The cluster's API is not open to everyone",
  severity: "critical",
  rationale: "Who reaches a Docker API without proof of who he is, is root on the node.",
  remedy:
    "Leave the API to Slipway, which asks for a client certificate; take `hosts` out of the engine's settings.",
  references: [
    { source: "CIS Docker", name: "2.7 Ensure TLS authentication for Docker daemon is configured" },
    {
      source: "CIS Docker",
      name: "7.2 Ensure that swarm services are bound to a specific host interface",
    },
    { source: "NSA", name: "Control plane hardening" },
  ],
  on: ["runtime", "cluster"],
  check: (subject: SubjectOf<"runtime" | "cluster">, _, report) => {
    if (subject.kind === "runtime") {
      for (const { address, isVerified } of subject.listeners()) {
        if (!isVerified) report(`answers at ${address} to whoever asks`);
      }
    } else if (everyAddress.test(subject.apiAddress() ?? ""))
      report(`its API answers at ${subject.apiAddress() ?? ""}, which is every address`);
  },
});
