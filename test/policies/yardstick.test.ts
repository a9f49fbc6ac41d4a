/** For each check of public linters that has something to see: a manifest that it was made for, and our rule that sees it. */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { ruleOf } from "../../policies/rules";
import { yardstick } from "../../policies/yardstick";
import type { ResourceData } from "../../policies/core/resource";
import { changed, judged } from "./support/judge";
import { onKubernetes, type Recorded } from "./support/recorded";

type Path = readonly (string | number)[];
type Bad = (good: Recorded) => Recorded;

const web = "shop-prod-deployment-web";
const store = "shop-prod-statefulset-store";
const budget = "shop-prod-poddisruptionbudget-web";
const pod = ["spec", "template", "spec"];
const container = [...pod, "containers", 0];
const security = [...container, "securityContext"];

const set =
  (path: Path, value: unknown, name = web): Bad =>
  (good) =>
    changed(good, name, path, value, true);
const without =
  (part: string): Bad =>
  ({ resources, outputs }) => ({
    outputs,
    resources: resources.filter(({ name }) => !name.includes(part)),
  });
const withObject =
  (kind: string, spec: object): Bad =>
  ({ resources, outputs }) => {
    const [first] = resources;
    assert.ok(first);
    const type = `kubernetes:${kind}`;
    const bad: ResourceData = {
      type,
      name: "bad",
      urn: `urn:pulumi:shop-prod::slipway::${type}::bad`,
      inputs: { metadata: { name: "bad", namespace: "shop-prod" }, spec },
      isProtected: false,
    };
    return { outputs, resources: [...resources, bad] };
  };

const autoscaler = withObject("autoscaling/v2:HorizontalPodAutoscaler", {
  scaleTargetRef: { kind: "Deployment", name: "gone" },
});
const ingress = withObject("networking.k8s.io/v1:Ingress", {
  rules: [{ host: "a.test", http: { paths: [{ backend: { service: { name: "gone" } } }] } }],
});
const policy = withObject("networking.k8s.io/v1:NetworkPolicy", {
  podSelector: { matchLabels: { app: "gone" } },
});
const service = withObject("core/v1:Service", { selector: { app: "gone" } });
const host = (path: string) =>
  set([...pod, "volumes"], [{ name: "config-settings", hostPath: { path } }]);
const resources = (value: object) => set([...container, "resources"], value);
const variable = (name: string, value: string) => set([...container, "env"], [{ name, value }]);
const twoStores = (good: Recorded) =>
  changed(
    changed(good, store, ["spec", "replicas"], 2, true),
    store,
    [...pod, "topologySpreadConstraints"],
    undefined,
    true,
  );

/** By the name of the check, what it was made for. */
const manifests: Readonly<Record<string, Bad>> = {
  "dangling-horizontalpodautoscaler": autoscaler,
  "dangling-ingress": ingress,
  "dangling-networkpolicy": policy,
  "dangling-service": service,
  "docker-sock": host("/var/run/docker.sock"),
  "drop-net-raw-capability": set([...security, "capabilities"], { drop: ["SYS_ADMIN"] }),
  "duplicate-env-var": set(
    [...container, "env"],
    [
      { name: "A", value: "1" },
      { name: "A", value: "2" },
    ],
  ),
  "env-var-secret": variable("APP_SECRET", "hush"),
  "host-ipc": set([...pod, "hostIPC"], true),
  "host-network": set([...pod, "hostNetwork"], true),
  "host-pid": set([...pod, "hostPID"], true),
  "latest-tag": set([...container, "image"], "shop:latest"),
  "mismatching-selector": set(["spec", "selector", "matchLabels"], { app: "other" }),
  "no-anti-affinity": set([...pod, "topologySpreadConstraints"], undefined),
  "no-read-only-root-fs": set([...security, "readOnlyRootFilesystem"], false),
  "non-existent-service-account": set([...pod, "serviceAccountName"], "gone"),
  "pdb-max-unavailable": set(["spec", "maxUnavailable"], 0, budget),
  "pdb-min-available": set(["spec"], { selector: {}, minAvailable: "100%" }, budget),
  "pdb-unhealthy-pod-eviction-policy": set(
    ["spec", "unhealthyPodEvictionPolicy"],
    undefined,
    budget,
  ),
  "privilege-escalation-container": set([...security, "allowPrivilegeEscalation"], true),
  "privileged-container": set([...security, "privileged"], true),
  "run-as-non-root": set([...pod, "securityContext"], { runAsUser: 0 }),
  "sensitive-host-mounts": host("/etc"),
  "ssh-port": set([...container, "ports"], [{ containerPort: 22, hostPort: 22 }]),
  "unsafe-sysctls": set(
    [...pod, "securityContext", "sysctls"],
    [{ name: "kernel.msgmax", value: "1" }],
  ),
  "unset-cpu-requirements": resources({ limits: { memory: "64Mi" } }),
  "unset-memory-requirements": resources({ limits: { cpu: "1" } }),

  deploymentMissingReplicas: set(["spec", "replicas"], 1),
  tagNotSpecified: set([...container, "image"], "registry.test:5000/shop"),
  readinessProbeMissing: set([...container, "readinessProbe"], undefined),
  livenessProbeMissing: set([...container, "livenessProbe"], undefined),
  pdbDisruptionsIsZero: set(["spec", "maxUnavailable"], "0%", budget),
  missingPodDisruptionBudget: without("poddisruptionbudget-web"),
  topologySpreadConstraint: set([...pod, "topologySpreadConstraints"], undefined),
  pdbMinAvailableGreaterThanOrEqualToHPAMinReplicas: set(
    ["spec"],
    { selector: {}, minAvailable: 3 },
    budget,
  ),
  cpuRequestsMissing: resources({ limits: { memory: "64Mi" }, requests: { memory: "1Mi" } }),
  cpuLimitsMissing: resources({ limits: { memory: "64Mi" } }),
  memoryRequestsMissing: resources({ requests: { cpu: "1" } }),
  memoryLimitsMissing: resources({ limits: { cpu: "1" } }),
  automountServiceAccountToken: set([...pod, "automountServiceAccountToken"], true),
  hostIPCSet: set([...pod, "hostIPC"], true),
  hostPathSet: host("/var/lib/kubelet"),
  hostPIDSet: set([...pod, "hostPID"], true),
  linuxHardening: (good) =>
    set(
      [...security, "capabilities"],
      undefined,
    )(set([...pod, "securityContext", "seccompProfile"], undefined)(good)),
  missingNetworkPolicy: without("networkpolicy"),
  notReadOnlyRootFilesystem: set([...security, "readOnlyRootFilesystem"], undefined),
  privilegeEscalationAllowed: set([...security, "allowPrivilegeEscalation"], undefined),
  procMount: set([...security, "procMount"], "Unmasked"),
  runAsRootAllowed: set([...pod, "securityContext"], { runAsUser: 0 }),
  runAsPrivileged: set([...security, "privileged"], true),
  dangerousCapabilities: set([...security, "capabilities"], { drop: ["ALL"], add: ["SYS_ADMIN"] }),
  insecureCapabilities: set([...security, "capabilities"], undefined),
  hostNetworkSet: set([...pod, "hostNetwork"], true),
  hostPortSet: set([...container, "ports"], [{ containerPort: 8080, hostPort: 8080 }]),
  tlsSettingsMissing: set(["spec", "tls"], undefined, "shop-prod-ingress-web-https"),
  sensitiveContainerEnvVar: variable("API_KEY", "hush"),

  "ingress-targets-service": ingress,
  "container-resources": resources({}),
  "container-image-tag": set([...container, "image"], "shop"),
  "statefulset-has-poddisruptionbudget": twoStores,
  "deployment-has-poddisruptionbudget": without("poddisruptionbudget-web"),
  "pod-networkpolicy": without("networkpolicy"),
  "networkpolicy-targets-pod": policy,
  "pod-probes": (good) =>
    set(
      [...container, "livenessProbe"],
      undefined,
    )(set([...container, "readinessProbe"], undefined)(good)),
  "container-security-context-user-group-id": set([...pod, "securityContext"], { runAsUser: 0 }),
  "container-security-context-privileged": set([...security, "privileged"], true),
  "container-security-context-readonlyrootfilesystem": set(security, undefined),
  "service-targets-pod": service,
  "service-type": set(["spec", "type"], "NodePort", "shop-prod-service-web"),
  "deployment-has-host-podantiaffinity": set([...pod, "topologySpreadConstraints"], undefined),
  "statefulset-has-host-podantiaffinity": twoStores,
  "horizontalpodautoscaler-has-target": autoscaler,
};

let good: Recorded;
before(async () => {
  good = await onKubernetes({ application: "shop", environment: "prod", stack: "shop-prod" });
});

describe("what public linters see", () => {
  for (const { source, check, rules, why } of yardstick) {
    if (rules.length === 0) {
      test(`${source} ${check} needs no rule, for a reason`, () => {
        assert.ok((why ?? "").length > 20);
      });
      continue;
    }
    test(`${source} ${check} is seen by ${rules.join(" and ")}`, async () => {
      const bad = manifests[check] ?? assert.fail(`no manifest for ${check}`);
      for (const id of rules) {
        const rule = ruleOf(id) ?? assert.fail(id);
        const violations = async (of: Recorded) =>
          (await judged(rule, of)).filter(({ outcome }) => outcome === "violated").length;
        assert.ok((await violations(bad(good))) > (await violations(good)), id);
      }
    });
  }

  test("is named by the rules that see it", () => {
    const unnamed = yardstick.flatMap(({ source, check, rules }) =>
      rules
        .filter((id) => {
          const references = ruleOf(id)?.references ?? [];
          return !references.some((one) => one.source === source && one.name === check);
        })
        .map((id) => `${id}: ${source} ${check}`),
    );
    assert.deepEqual(unnamed, []);
  });
});
