import { resourceRule } from "../../core/rule";
import type { SubjectOf } from "../../core/subjects";

const stores = { images: "registry", logs: "store of logs" } as const;

/**
 * What can be protected. Machines can't, as they are rolled and pools shrink: data disks outlive them (SLW-VM-007), and the
 * provider refuses to remove one that has data. Claims and their namespaces on Kubernetes are left where they are when they go
 * from the program (`retainOnDelete`), of which the engine tells policies nothing; volumes of a Swarm are no resources.
 */
export default resourceRule({
  id: "SLW-CLU-010",
  title: "A cluster and what keeps its images and logs can't be deleted by mistake",
  severity: "high",
  rationale:
    "With the cluster go its applications, their secrets and what they know; with its registry and its store of logs, what everybody trusts them by. One wrong `pulumi destroy`, or a section lost in a merge, is enough.",
  remedy: "Set slipway:protect to true in the configuration of the Pulumi stack.",
  references: [{ source: "NSA", name: "Control plane hardening" }],
  on: ["cluster", "store"],
  check: (subject: SubjectOf<"cluster" | "store">, _, report) => {
    if (subject.resource.isProtected) return;
    const its = subject.kind === "cluster" ? "" : `its ${stores[subject.keeps]} `;
    report(`${its}is not protected from deletion`);
  },
});
