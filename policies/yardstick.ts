/**
 * What public linters of Kubernetes objects check where nobody configures them, and which rule here sees the same; or why
 * there is nothing to see.
 */
import type { Source } from "./core/rule";

export interface Mark {
  readonly source: Extract<Source, "KubeLinter" | "Polaris" | "kube-score">;
  /** Its own name of the check. */
  readonly check: string;
  /** Ids of the rules that see it. Empty: none has to. */
  readonly rules: readonly string[];
  /** Why none has to. */
  readonly why?: string;
}

const schema =
  "The API server, and Slipway's own types, refuse such an object before anybody could ask.";
const notMade =
  "Slipway makes no such object for an application, and those who deploy may not make one.";
const byDigest =
  "Images are pinned by digest: what a node has is what was asked for, and a pod starts while the registry is away.";

const mark =
  (source: Mark["source"]) =>
  (check: string, ...of: readonly string[]): Mark => ({ source, check, rules: of });
const none =
  (source: Mark["source"]) =>
  (check: string, why: string): Mark => ({ source, check, rules: [], why });

const kubeLinter = mark("KubeLinter");
const notKubeLinter = none("KubeLinter");
const polaris = mark("Polaris");
const notPolaris = none("Polaris");
const kubeScore = mark("kube-score");
const notKubeScore = none("kube-score");

export const yardstick: readonly Mark[] = [
  kubeLinter("dangling-horizontalpodautoscaler", "SLW-APP-022"),
  kubeLinter("dangling-ingress", "SLW-APP-022"),
  kubeLinter("dangling-networkpolicy", "SLW-APP-022"),
  kubeLinter("dangling-service", "SLW-APP-022"),
  notKubeLinter("dangling-servicemonitor", notMade),
  notKubeLinter("deprecated-service-account-field", schema),
  kubeLinter("docker-sock", "SLW-APP-010"),
  kubeLinter("drop-net-raw-capability", "SLW-APP-014"),
  kubeLinter("duplicate-env-var", "SLW-APP-021"),
  kubeLinter("env-var-secret", "SLW-APP-015"),
  kubeLinter("host-ipc", "SLW-APP-009"),
  kubeLinter("host-network", "SLW-APP-009"),
  kubeLinter("host-pid", "SLW-APP-009"),
  notKubeLinter(
    "invalid-target-ports",
    "Ports come from Compose files, whose loader refuses such names and numbers at their place.",
  ),
  notKubeLinter(
    "job-ttl-seconds-after-finished",
    "A job of a deployment stays until the next one: its log is the evidence that it was done.",
  ),
  kubeLinter("latest-tag", "SLW-APP-001"),
  kubeLinter("mismatching-selector", "SLW-APP-022"),
  kubeLinter("no-anti-affinity", "SLW-APP-018"),
  notKubeLinter("no-extensions-v1beta", schema),
  kubeLinter("no-read-only-root-fs", "SLW-APP-013"),
  kubeLinter("non-existent-service-account", "SLW-APP-022"),
  kubeLinter("pdb-max-unavailable", "SLW-APP-029"),
  kubeLinter("pdb-min-available", "SLW-APP-029"),
  kubeLinter("pdb-unhealthy-pod-eviction-policy", "SLW-APP-029"),
  kubeLinter("privilege-escalation-container", "SLW-APP-026"),
  kubeLinter("privileged-container", "SLW-APP-008"),
  kubeLinter("run-as-non-root", "SLW-APP-012"),
  kubeLinter("sensitive-host-mounts", "SLW-APP-011"),
  kubeLinter("ssh-port", "SLW-APP-020"),
  kubeLinter("unsafe-sysctls", "SLW-APP-025"),
  kubeLinter("unset-cpu-requirements", "SLW-APP-004", "SLW-APP-005"),
  kubeLinter("unset-memory-requirements", "SLW-APP-004", "SLW-APP-005"),

  polaris("deploymentMissingReplicas", "SLW-APP-017"),
  notPolaris(
    "priorityClassNotSet",
    "Compose has no word for it, and a cluster where all have a priority has none. A site's own admission sets it.",
  ),
  polaris("tagNotSpecified", "SLW-APP-001"),
  notPolaris("pullPolicyNotAlways", byDigest),
  polaris("readinessProbeMissing", "SLW-APP-006"),
  polaris("livenessProbeMissing", "SLW-APP-007"),
  notPolaris(
    "metadataAndInstanceMismatched",
    "Slipway's instance label is the application's, as Kubernetes recommends, and not the object's.",
  ),
  polaris("pdbDisruptionsIsZero", "SLW-APP-029"),
  polaris("missingPodDisruptionBudget", "SLW-APP-029"),
  polaris("topologySpreadConstraint", "SLW-APP-018"),
  notPolaris(
    "hpaMaxAvailability",
    "x-slipway.autoscale with max below min is refused at its place in the file.",
  ),
  notPolaris(
    "hpaMinAvailability",
    "A minimum of one is a decision of the file; budgets are made from it (SLW-APP-029).",
  ),
  polaris("pdbMinAvailableGreaterThanOrEqualToHPAMinReplicas", "SLW-APP-029"),
  polaris("cpuRequestsMissing", "SLW-APP-005"),
  polaris("cpuLimitsMissing", "SLW-APP-004"),
  polaris("memoryRequestsMissing", "SLW-APP-005"),
  polaris("memoryLimitsMissing", "SLW-APP-004"),
  polaris("automountServiceAccountToken", "SLW-APP-028"),
  polaris("hostIPCSet", "SLW-APP-009"),
  polaris("hostPathSet", "SLW-APP-011"),
  notPolaris("hostProcess", "It is about nodes with Windows, and Slipway's have Linux."),
  polaris("hostPIDSet", "SLW-APP-009"),
  polaris("linuxHardening", "SLW-APP-027", "SLW-APP-014"),
  polaris("missingNetworkPolicy", "SLW-APP-030"),
  polaris("notReadOnlyRootFilesystem", "SLW-APP-013"),
  polaris("privilegeEscalationAllowed", "SLW-APP-026"),
  polaris("procMount", "SLW-APP-008"),
  polaris("runAsRootAllowed", "SLW-APP-012"),
  polaris("runAsPrivileged", "SLW-APP-008"),
  polaris("dangerousCapabilities", "SLW-APP-014"),
  polaris("insecureCapabilities", "SLW-APP-014"),
  polaris("hostNetworkSet", "SLW-APP-009"),
  polaris("hostPortSet", "SLW-STK-001"),
  polaris("tlsSettingsMissing", "SLW-STK-001"),
  polaris("sensitiveContainerEnvVar", "SLW-APP-015"),
  notPolaris(
    "sensitiveConfigmapContent",
    "A config of the file is its author's to divide from secrets; its text has no form that tells them apart.",
  ),
  ...[
    "clusterrolePodExecAttach",
    "rolePodExecAttach",
    "clusterrolebindingPodExecAttach",
    "rolebindingClusterRolePodExecAttach",
    "rolebindingRolePodExecAttach",
    "clusterrolebindingClusterAdmin",
    "rolebindingClusterAdminClusterRole",
    "rolebindingClusterAdminRole",
  ].map((check) => notPolaris(check, notMade)),

  kubeScore("ingress-targets-service", "SLW-APP-022"),
  notKubeScore("cronjob-has-deadline", "Slipway gives every CronJob the deadline of its file."),
  kubeScore("container-resources", "SLW-APP-004", "SLW-APP-005"),
  kubeScore("container-image-tag", "SLW-APP-001"),
  notKubeScore("container-image-pull-policy", byDigest),
  kubeScore("statefulset-has-poddisruptionbudget", "SLW-APP-029"),
  kubeScore("deployment-has-poddisruptionbudget", "SLW-APP-029"),
  kubeScore("pod-networkpolicy", "SLW-APP-030"),
  kubeScore("networkpolicy-targets-pod", "SLW-APP-022"),
  kubeScore("pod-probes", "SLW-APP-006", "SLW-APP-007"),
  kubeScore("container-security-context-user-group-id", "SLW-APP-012"),
  kubeScore("container-security-context-privileged", "SLW-APP-008"),
  kubeScore("container-security-context-readonlyrootfilesystem", "SLW-APP-013"),
  kubeScore("service-targets-pod", "SLW-APP-022"),
  kubeScore("service-type", "SLW-STK-001"),
  notKubeScore("stable-version", schema),
  kubeScore("deployment-has-host-podantiaffinity", "SLW-APP-018"),
  kubeScore("statefulset-has-host-podantiaffinity", "SLW-APP-018"),
  notKubeScore("label-values", schema),
  kubeScore("horizontalpodautoscaler-has-target", "SLW-APP-022"),
];
