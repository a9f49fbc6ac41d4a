import { matchesAny } from "../../core/glob";
import { stackRule, type StackReport } from "../../core/rule";
import { ofKind, type Other, type Stack } from "../../core/subjects";
import { textMap } from "../../layers/textMap";
import { objectsOf, podsIn, scaledBy, selects } from "../kubernetesObjects";

export default stackRule({
  id: "SLW-APP-022",
  title: "Whatever is referred to is there",
  severity: "high",
  rationale:
    "A task that needs a config, a secret or a volume that nobody makes never starts; a service or policy for pods that do not exist does nothing, and nobody is told.",
  remedy:
    "Define it in the file, correct the name, or list it under `external` where others make it.",
  references: [
    { source: "KubeLinter", name: "dangling-service" },
    { source: "KubeLinter", name: "dangling-ingress" },
    { source: "KubeLinter", name: "dangling-horizontalpodautoscaler" },
    { source: "KubeLinter", name: "dangling-networkpolicy" },
    { source: "KubeLinter", name: "non-existent-service-account" },
    { source: "KubeLinter", name: "mismatching-selector" },
    { source: "kube-score", name: "service-targets-pod" },
    { source: "kube-score", name: "ingress-targets-service" },
    { source: "kube-score", name: "horizontalpodautoscaler-has-target" },
    { source: "kube-score", name: "networkpolicy-targets-pod" },
    { source: "kube-score", name: "deployment-pod-selector-labels-match-template-metadata-labels" },
    {
      source: "kube-score",
      name: "statefulset-pod-selector-labels-match-template-metadata-labels",
    },
    { source: "kube-score", name: "statefulset-has-servicename" },
  ],
  parameters: {
    external: {
      kind: "texts",
      default: [],
      meaning: "names of configs, secrets and objects that others make; * stands for any text",
    },
  },
  check: (stack, { external }, report) => {
    files(stack, external, report);
    services(stack, report);
    ingresses(stack, external, report);
    autoscalers(stack, report);
    policies(stack, report);
    selectors(stack, report);
  },
});

/** Configs, secrets, volumes and accounts that tasks need to start. */
function files(stack: Stack, external: readonly string[], report: StackReport): void {
  for (const workload of ofKind(stack, "workload")) {
    for (const { kind, name, isOptional } of workload.refersTo()) {
      if (isOptional || (name !== undefined && matchesAny(external, name))) continue;
      const known = objectsOf(stack, kind, workload.pod?.namespace);
      if (name === undefined) report(`refers to a ${kind} without a name`, workload);
      else if (!known.some((one) => one.name() === name))
        report(`refers to ${kind} ${name}, which nothing here makes`, workload);
    }
  }
}

function services(stack: Stack, report: StackReport): void {
  for (const service of objectsOf(stack, "Service")) {
    const selector = textMap(service.resource.inputs.at("spec", "selector"));
    if (Object.keys(selector).length === 0) continue;
    const isFound = podsIn(stack, service.namespace).some(({ pod }) =>
      Object.entries(selector).every(([key, value]) => pod?.labels()[key] === value),
    );
    if (!isFound) report("selects no pod", service);
  }
}

function ingresses(stack: Stack, external: readonly string[], report: StackReport): void {
  for (const ingress of objectsOf(stack, "Ingress")) {
    const known = objectsOf(stack, "Service", ingress.namespace);
    const names = new Set(
      ingress.resource.inputs
        .at("spec", "rules")
        .items()
        .flatMap((rule) => rule.at("http", "paths").items())
        .flatMap((path) => path.at("backend", "service", "name").text() ?? []),
    );
    for (const name of names) {
      if (!matchesAny(external, name) && !known.some((service) => service.name() === name))
        report(`leads to Service ${name}, which nothing here makes`, ingress);
    }
  }
}

function autoscalers(stack: Stack, report: StackReport): void {
  for (const scaler of objectsOf(stack, "HorizontalPodAutoscaler")) {
    const target = scaler.resource.inputs.at("spec", "scaleTargetRef");
    const wanted = scaledBy(scaler);
    const isThere = podsIn(stack, scaler.namespace).some(
      ({ called, resource }) =>
        called === wanted && resource.type.endsWith(`:${target.at("kind").text() ?? ""}`),
    );
    if (!isThere) report(`scales ${wanted}, which nothing here makes`, scaler);
  }
}

function policies(stack: Stack, report: StackReport): void {
  for (const policy of objectsOf(stack, "NetworkPolicy")) {
    const selector = policy.resource.inputs.at("spec", "podSelector");
    if (selector.entries().length === 0) continue;
    const isFound = podsIn(stack, policy.namespace).some(({ pod }) =>
      selects(selector, pod?.labels() ?? {}),
    );
    // Pods of other stacks may be meant, where the whole namespace is theirs.
    if (!isFound && podsIn(stack, policy.namespace).length > 0) report("selects no pod", policy);
  }
}

function selectors(stack: Stack, report: StackReport): void {
  for (const { pod, ...workload } of ofKind(stack, "workload")) {
    if (pod === undefined) continue;
    const labels = pod.labels();
    const differing = Object.entries(pod.selector()).filter(
      ([key, value]) => labels[key] !== value,
    );
    if (differing.length > 0) report("selects other pods than its own", { ...workload, pod });
    const { inputs, type } = workload.resource;
    if (!type.endsWith(":StatefulSet")) continue;
    const name = inputs.at("spec", "serviceName").text() ?? "";
    const isThere = objectsOf(stack, "Service", pod.namespace).some(
      (service: Other) => service.name() === name,
    );
    if (!isThere)
      report(`names Service ${name || "nothing"}, which nothing here makes`, { ...workload, pod });
  }
}
