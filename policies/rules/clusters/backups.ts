import { resourceRule } from "../../core/rule";

export default resourceRule({
  id: "SLW-CLU-008",
  title: "The cluster's state is backed up",
  severity: "high",
  rationale:
    "When the majority of the control planes is lost, a snapshot is all that is left of the cluster.",
  remedy: "Set kubernetes.etcdSnapshots: { schedule, keep }.",
  references: [
    { source: "CIS Kubernetes", name: "1.1 Control plane node configuration files: etcd" },
    { source: "NSA", name: "Etcd backups" },
  ],
  on: ["cluster"],
  // Of a Swarm everything is made anew from files.
  appliesTo: (cluster) => cluster.hasBackups() !== undefined,
  check: (cluster, _, report) => {
    if (cluster.hasBackups() === false) report("has no schedule of snapshots, or keeps none");
  },
});
