import type { Objects } from "../objects";
import { binding, partLabels, role, type Rule } from "./parts";

const name = "slipway-deployer";

/** Who applications are deployed by. */
export const deployers = { commonName: name, groups: ["slipway:deployers"] } as const;
const [group] = deployers.groups;

const write = ["get", "list", "watch", "create", "update", "patch", "delete"] as const;
const read = ["get", "list", "watch"] as const;

/** What an application is made of, and what is looked at before and after it is deployed. */
const rules: readonly Rule[] = [
  {
    apiGroups: [""],
    resources: ["namespaces", "configmaps", "secrets", "services", "persistentvolumeclaims"],
    verbs: write,
  },
  { apiGroups: ["apps"], resources: ["deployments", "statefulsets", "daemonsets"], verbs: write },
  { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: write },
  { apiGroups: ["autoscaling"], resources: ["horizontalpodautoscalers"], verbs: write },
  { apiGroups: ["policy"], resources: ["poddisruptionbudgets"], verbs: write },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses", "networkpolicies"], verbs: write },
  {
    apiGroups: [""],
    resources: [
      "endpoints",
      "events",
      "limitranges",
      "nodes",
      "persistentvolumes",
      "pods",
      "pods/log",
      "resourcequotas",
      "serviceaccounts",
    ],
    verbs: read,
  },
  { apiGroups: ["apps"], resources: ["replicasets", "controllerrevisions"], verbs: read },
  { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: read },
  { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: read },
  { apiGroups: ["metrics.k8s.io"], resources: ["nodes", "pods"], verbs: read },
  { apiGroups: ["networking.k8s.io"], resources: ["ingressclasses"], verbs: read },
  { apiGroups: ["scheduling.k8s.io"], resources: ["priorityclasses"], verbs: read },
  { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: read },
];

/** What a request is about is in this namespace, or is it. Either may be absent. */
const namespaceOfRequest =
  "request.resource.resource == 'namespaces' " +
  "? (has(request.name) ? request.name : '') " +
  ": (has(request.namespace) ? request.namespace : '')";

/**
 * Rights of those who deploy applications: everything that an application is made of, and reading what is looked at before
 * that; nothing of nodes, roles, or the cluster itself.
 *
 * Roles can only add rights, and namespaces of applications are not known beforehand: so the role is for all namespaces,
 * and an admission policy takes those away that belong to the cluster. It refuses changes; what is read does not pass it,
 * so that Secrets in namespaces of the cluster can be read.
 *
 * @param namespaces that belong to the cluster, beside those that begin with `kube-`.
 */
export function deployer(namespaces: readonly string[]): Objects {
  const admission = "admissionregistration.k8s.io/v1";
  const listed = [...namespaces].sort().map((one) => `'${one}'`);
  return {
    role: role(name, name, rules),
    binding: binding({
      name,
      part: name,
      role: { kind: "ClusterRole", name },
      subject: { kind: "Group", name: group },
    }),
    policy: {
      apiVersion: admission,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name, labels: partLabels(name) },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: ["*"],
              apiVersions: ["*"],
              operations: ["CREATE", "UPDATE", "DELETE", "CONNECT"],
              resources: ["*/*"],
            },
          ],
        },
        matchConditions: [
          { name: "by-deployers", expression: `'${group}' in request.userInfo.groups` },
        ],
        // `namespace` would be a word that the language keeps for itself.
        variables: [{ name: "target", expression: namespaceOfRequest }],
        validations: [
          {
            expression: `!variables.target.startsWith('kube-') && !(variables.target in [${listed.join(", ")}])`,
            messageExpression:
              "'namespace ' + variables.target + ' belongs to the cluster, and deployments change nothing there; give the application another name'",
            reason: "Forbidden",
          },
        ],
      },
    },
    "policy-binding": {
      apiVersion: admission,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name, labels: partLabels(name) },
      spec: { policyName: name, validationActions: ["Deny"] },
    },
  };
}
