import { resourceRule } from "../../core/rule";
import type { SubjectOf } from "../../core/subjects";

export default resourceRule({
  id: "SLW-CLU-007",
  title: "Certificates live long enough to be renewed, and no longer than they have to",
  severity: "medium",
  rationale:
    "A stolen key is of use until its certificate ends; one that ends too soon locks everybody out.",
  remedy: "Set kubernetes.certificates.days within the bounds.",
  references: [
    { source: "CIS Docker", name: "7.9 Ensure that CA certificates are rotated as appropriate" },
    {
      source: "CIS Kubernetes",
      name: "4.2.10 Ensure that the --rotate-certificates argument is not set to false",
    },
  ],
  parameters: {
    minDays: { kind: "number", default: 7, min: 1, max: 36_500, meaning: "shortest life, days" },
    maxDays: { kind: "number", default: 398, min: 1, max: 36_500, meaning: "longest life, days" },
  },
  on: ["cluster", "certificate", "store"],
  check: (
    subject: SubjectOf<"cluster" | "certificate" | "store">,
    { minDays, maxDays },
    report,
  ) => {
    const days = subject.kind === "cluster" ? subject.certificateDays() : subject.validityDays();
    if (days !== undefined && (days < minDays || days > maxDays))
      report(`certificates live ${days} days; it should be ${minDays} to ${maxDays}`);
  },
});
