import { resourceRule } from "../../core/rule";
import type { SubjectOf } from "../../core/subjects";
import { isMaintained, matchesPrefix } from "../../../components/spec/cluster/engineSupport";
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
  parameters: {
    engines: {
      kind: "texts",
      default: [],
      meaning: "further versions of Docker that somebody mends, a distribution perhaps (24.0)",
    },
  },
  on: ["runtime", "cluster"],
  check: (subject: SubjectOf<"runtime" | "cluster">, { engines }, report) => {
    const version = subject.version();
    if (version === undefined) return;
    if (subject.kind === "runtime" && subject.program === "Docker") {
      if (isMaintained(version) || engines.some((one) => matchesPrefix(one, version))) return;
      report(`is Docker ${version}, which neither Docker nor a distribution mends any more`);
    } else if (isBefore(minorOf(version.replace(/^v/, "")), oldestSupported))
      report(
        `is Kubernetes ${version}; the oldest that is supported is ${oldestSupported.join(".")}`,
      );
  },
});
