import { resourceRule, type Report } from "../../core/rule";
import type { Other, SubjectOf } from "../../core/subjects";
import { isRedirect } from "../../layers/traefik";
import { portName } from "../containers";
import { isIngress } from "../within";

export default resourceRule({
  id: "SLW-STK-001",
  title: "What is reached from outside is reached through the ingress, with TLS",
  severity: "high",
  rationale:
    "Beside the ingress there is no certificate, no log of requests and no one place to close a door.",
  remedy: "Give the service x-slipway.ingress with tls, and publish no port.",
  references: [
    { source: "KubeLinter", name: "exposed-services" },
    { source: "Polaris", name: "tlsSettingsMissing" },
    { source: "Polaris", name: "hostPortSet" },
    { source: "kube-score", name: "service-type" },
  ],
  parameters: {
    tls: { kind: "flag", default: true, meaning: "routes of the ingress must have TLS" },
  },
  on: ["workload", "other"],
  appliesTo: (subject) => !isIngress(subject),
  check: (subject: SubjectOf<"workload" | "other">, { tls }, report) => {
    if (subject.kind === "other") object(subject, tls, report);
    else {
      for (const port of subject.ports())
        report(`is reached at port ${portName(port)} of its nodes, beside the ingress`);
      for (const { name, hasTls, isRedirect } of subject.routes()) {
        if (tls && !hasTls && !isRedirect) report(`its route ${name} has no TLS`);
      }
    }
  },
  admission: () => [
    {
      expression:
        "variables.containers.all(c, !has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0))",
      message: "no pod may be reached at a port of its node, beside the ingress",
    },
  ],
});

/** Services with ports of nodes, Ingresses, and what Traefik has in their place. */
function object({ object: kind, resource }: Other, tls: boolean, report: Report): void {
  const spec = resource.inputs.at("spec");
  if (kind === "Service") {
    const type = spec.at("type").text() ?? "ClusterIP";
    if (type === "NodePort" || type === "LoadBalancer")
      report(`is reached from outside (${type}), beside the ingress`);
    if (spec.at("externalIPs").items().length > 0)
      report("is reached from outside (externalIPs), beside the ingress");
  } else if (kind === "Ingress" && tls && spec.at("tls").items().length === 0) {
    const via = resource.inputs.at("metadata", "annotations").entries();
    const redirects = via.some(
      ([name, value]) => name.endsWith("router.middlewares") && isRedirect(value.text()),
    );
    if (!redirects) report("has no TLS");
  } else if (kind === "IngressRoute" && tls && spec.at("tls").isAbsent) {
    report("has no TLS");
  }
}
