import type { KubernetesNodeInputs } from "../../sdk/kubernetesShapes";
import type { Problem } from "../../server/handler";
import { known, type Planned } from "../../server/unknown";
import { parseVersion } from "../versions";

const effects: ReadonlySet<string> = new Set(["NoSchedule", "PreferNoSchedule", "NoExecute"]);
/** Prefixes that the kubelet may not set, or that Kubernetes keeps for itself; kubeadm's own are set by it. */
const reserved = /(^|[./])(kubernetes\.io|k8s\.io)\//;
const allowed = /^(node\.kubernetes\.io|topology\.kubernetes\.io|node-role\.kubernetes\.io)\//;

/** Problems of a node's inputs alone, all at once. */
export function nodeProblems(inputs: Planned<KubernetesNodeInputs>): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (property: string, reason: string) => {
    problems.push({ property, reason });
  };
  const version = known<string>(inputs.version);
  if (version !== undefined && parseVersion(version) === undefined)
    report("version", `must be three numbers like 1.34.1; got ${version}`);
  const batch = known<number>(inputs.upgradeBatch);
  if (batch !== undefined && (!Number.isInteger(batch) || batch < 1))
    report("upgradeBatch", `must be a whole number from 1 on; got ${batch}`);
  const taints = known<KubernetesNodeInputs["taints"]>(inputs.taints) ?? [];
  taints.forEach(({ key, effect }, index) => {
    if (!effects.has(effect))
      report(`taints[${index}].effect`, `must be one of ${[...effects].join(", ")}; got ${effect}`);
    if (key === "") report(`taints[${index}].key`, "must not be empty");
  });
  for (const key of Object.keys(known<Record<string, string>>(inputs.labels) ?? {}))
    if (reserved.test(key) && !allowed.test(key))
      report(`labels["${key}"]`, "is kept by Kubernetes for itself: use a prefix of your own");
  if (inputs.source === "repository" && inputs.repository === undefined)
    report("repository", "is missing: source is repository");
  return problems;
}
