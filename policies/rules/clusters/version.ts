import { resourceRule } from "../../core/rule";
import type { SubjectOf } from "../../core/subjects";
import { oldestEngine } from "../../../components/spec/cluster/engineSupport";
import {
  isBefore,
  minorOf,
  oldestSupported,
} from "../../../components/spec/cluster/kubernetesSupport";

export default resourceRule({
  id: "SLW-CLU-006",
  title: "Engines and orchestrators are versions that somebody mends",
  severity: "high",
  rationale: "What is out of support gets no fixes when the next hole is found.",
  remedy: "Raise engine.version or kubernetes.version of cluster.yml.",
  references: [
    { source: "CIS Docker", name: "1.1.2 Ensure that the version of Docker is up to date" },
    { source: "NSA", name: "Upgrading and application security practices" },
  ],
  on: ["runtime", "cluster"],
  check: (subject: SubjectOf<"runtime" | "cluster">, _, report) => {
    const version = subject.version();
    if (version === undefined) return;
    const isDocker = subject.kind === "runtime" && subject.program === "Docker";
    const oldest = isDocker ? oldestEngine : oldestSupported;
    if (isBefore(minorOf(version), oldest))
      report(
        `is ${isDocker ? "Docker" : "Kubernetes"} ${version}; the oldest that is supported is ${oldest.join(".")}`,
      );
  },
});
