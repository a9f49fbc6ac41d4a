import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-CLU-003",
  title: "What the cluster keeps is of no use to a thief of disks",
  severity: "high",
  rationale:
    "Secrets and keys lie on the disks of managers and control planes, in their backups and in snapshots of their machines.",
  remedy: "Set swarm.autolock or kubernetes.encryptSecrets to true.",
  references: [
    { source: "CIS Docker", name: "7.4 Ensure that swarm manager is run in auto-lock mode" },
    {
      source: "CIS Kubernetes",
      name: "1.2.27 Ensure that the --encryption-provider-config argument is set as appropriate",
    },
    { source: "NSA", name: "Encrypting secrets at rest" },
  ],
  on: ["cluster"],
  check: (cluster, _, report) => {
    if (!cluster.isLocked())
      report(
        cluster.orchestrator === "Swarm"
          ? "is not locked (autolock: false)"
          : "keeps secrets in plain text (encryptSecrets: false)",
      );
  },
});
