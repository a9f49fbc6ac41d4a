import { stackRule } from "../../core/rule";
import { ofKind, type Other } from "../../core/subjects";
import { objectsOf, selects } from "../kubernetesObjects";

export default stackRule({
  id: "SLW-APP-030",
  title: "Who may talk to the pods of an application is said",
  severity: "medium",
  rationale:
    "Without a policy every pod of the cluster reaches every other one, and so does an intruder.",
  remedy: "Slipway makes policies from the networks of the file; give other pods a NetworkPolicy.",
  references: [
    {
      source: "CIS Kubernetes",
      name: "5.3.2 Ensure that all Namespaces have Network Policies defined",
    },
    { source: "NSA", name: "Network separation and hardening" },
    { source: "Polaris", name: "missingNetworkPolicy" },
    { source: "kube-score", name: "pod-networkpolicy" },
  ],
  check: (stack, _, report) => {
    for (const workload of ofKind(stack, "workload")) {
      const { pod } = workload;
      if (pod === undefined) continue;
      const isHeld = objectsOf(stack, "NetworkPolicy", pod.namespace).some(
        (policy) =>
          isAboutIncoming(policy) &&
          selects(policy.resource.inputs.at("spec", "podSelector"), pod.labels()),
      );
      if (!isHeld) report("no NetworkPolicy selects its pods", workload);
    }
  },
});

/** Without types, every one is. */
function isAboutIncoming({ resource }: Other): boolean {
  const types = resource.inputs.at("spec", "policyTypes").texts();
  return types.length === 0 || types.includes("Ingress");
}
