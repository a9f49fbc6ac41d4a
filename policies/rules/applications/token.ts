import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-APP-028",
  title: "Applications have no credential of the API server",
  severity: "medium",
  rationale: "An intruder in the container asks the cluster in its name.",
  remedy: "Set automountServiceAccountToken: false; Slipway does for every application.",
  references: [
    {
      source: "CIS Kubernetes",
      name: "5.1.6 Ensure that Service Account Tokens are only mounted where necessary",
    },
    { source: "NSA", name: "Authentication and authorization: service accounts" },
    { source: "KubeLinter", name: "default-service-account" },
    { source: "Polaris", name: "automountServiceAccountToken" },
  ],
  on: ["workload"],
  appliesTo: ({ layer }) => layer === "Kubernetes",
  check: (workload, _, report) => {
    if (workload.pod?.hasToken() === true) report("its pods get a credential of the API server");
  },
  admission: () => [
    {
      expression:
        "has(variables.podSpec.automountServiceAccountToken) && !variables.podSpec.automountServiceAccountToken",
      message: "a pod must set automountServiceAccountToken: false",
    },
    {
      expression:
        "!has(variables.podSpec.volumes) || variables.podSpec.volumes.all(v, !has(v.projected) || !has(v.projected.sources) || v.projected.sources.all(s, !has(s.serviceAccountToken) || has(s.serviceAccountToken.audience)))",
      message: "no volume may bring a credential of the API server",
    },
  ],
});
