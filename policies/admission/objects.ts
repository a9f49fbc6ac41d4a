/**
 * Rules as the API server can hold them itself, so that nobody goes around them with `kubectl`: a
 * ValidatingAdmissionPolicy for each rule that CEL can say.
 */
import type { Manifest } from "../../components/kubernetes/object";
import type { Objects } from "../../components/kubernetes/objects";
import type { Regime } from "../core/evaluate";
import type { Admission, ResourceRule } from "../core/rule";
import { isExpired, type Exemption } from "../exemptions/exemptions";
import { rules } from "../rules";

const api = "admissionregistration.k8s.io/v1";

/** What expressions of rules speak of; each may use those before it. */
export const variables: readonly { readonly name: string; readonly expression: string }[] = [
  {
    name: "podSpec",
    expression:
      "object.kind == 'Pod' ? object.spec : (object.kind == 'CronJob' ? object.spec.jobTemplate.spec.template.spec : object.spec.template.spec)",
  },
  {
    name: "isJob",
    expression:
      "object.kind in ['Job', 'CronJob'] || (object.kind == 'Pod' && has(object.metadata.ownerReferences) && object.metadata.ownerReferences.exists(o, o.kind == 'Job'))",
  },
  {
    name: "running",
    expression:
      "variables.podSpec.containers + (has(variables.podSpec.initContainers) ? variables.podSpec.initContainers.filter(c, has(c.restartPolicy)) : [])",
  },
  {
    name: "containers",
    expression:
      "variables.podSpec.containers + (has(variables.podSpec.initContainers) ? variables.podSpec.initContainers : []) + (has(variables.podSpec.ephemeralContainers) ? variables.podSpec.ephemeralContainers : [])",
  },
  {
    name: "hostPaths",
    expression:
      "has(variables.podSpec.volumes) ? variables.podSpec.volumes.filter(v, has(v.hostPath)).map(v, v.hostPath.path) : []",
  },
];

/** Rules that CEL can say, at least in part. */
export function admissible(): readonly (ResourceRule &
  Required<Pick<ResourceRule, "admission">>)[] {
  return rules.flatMap((rule) =>
    rule.on !== "stack" && rule.admission !== undefined
      ? [{ ...rule, admission: rule.admission }]
      : [],
  );
}

export interface AdmissionArgs {
  readonly regime: Pick<Regime, "levelOf" | "parametersOf">;
  /** Of the site. Those that name an object (`shop/store`) hold here, too. */
  readonly exemptions: readonly Exemption[];
  /** Whether a Pulumi stack is of this cluster's environment: what is exempted in another is not here. */
  readonly isOfHere: (stack: string) => boolean;
  readonly now: Date;
  /** Namespaces that belong to the cluster, beside those that begin with `kube-`: nothing is asked there. */
  readonly namespaces: readonly string[];
}

/** The objects, by names that stay. */
export function admissionObjects({
  regime,
  exemptions,
  isOfHere,
  now,
  namespaces,
}: AdmissionArgs): Objects {
  const own = [...namespaces].sort().map((name) => `'${name}'`);
  const valid = exemptions.filter(
    ({ resource, stack, expires }) =>
      isObject(resource) && !isExpired({ expires }, now) && (stack === "*" || isOfHere(stack)),
  );
  const found = admissible().flatMap((rule): (readonly [string, Manifest])[] => {
    const level = regime.levelOf(rule);
    if (level === "disabled") return [];
    const parameters = regime.parametersOf(rule) as Parameters<typeof rule.admission>[0];
    // One that holds for nobody (a rule that is not set up) has nothing to say.
    const applies = rule.id !== "SLW-APP-002" || listed(parameters);
    if (!applies) return [];
    const name = `slipway-${rule.id.toLowerCase()}`;
    const labels = {
      "app.kubernetes.io/part-of": "slipway",
      "app.kubernetes.io/managed-by": "slipway",
    };
    const exempt = valid.filter((one) => one.rule === rule.id);
    return [
      [
        `${name}-policy`,
        {
          apiVersion: api,
          kind: "ValidatingAdmissionPolicy",
          metadata: { name, labels },
          spec: {
            failurePolicy: "Fail",
            matchConstraints: { resourceRules },
            matchConditions: [
              {
                name: "of-applications",
                expression: `!request.namespace.startsWith('kube-') && !(request.namespace in [${own.join(", ")}])`,
              },
              {
                // What stands already may be labelled, scaled and taken away.
                name: "new-or-changed",
                expression: "request.operation == 'CREATE' || object.spec != oldObject.spec",
              },
              ...exempt.map(({ resource }, index) => ({
                name: `exempt-${index}`,
                expression: isNot(resource),
              })),
            ],
            variables,
            validations: rule.admission(parameters).map((one) => validation(rule, one)),
          },
        },
      ],
      [
        `${name}-binding`,
        {
          apiVersion: api,
          kind: "ValidatingAdmissionPolicyBinding",
          metadata: { name, labels },
          spec: {
            policyName: name,
            validationActions: level === "mandatory" ? ["Deny"] : ["Warn", "Audit"],
          },
        },
      ],
    ];
  });
  return Object.fromEntries(found);
}

const resourceRules = [
  // What is put into a running pod (`kubectl debug`) is asked as well.
  { apiGroups: [""], resources: ["pods", "pods/ephemeralcontainers", "replicationcontrollers"] },
  { apiGroups: ["apps"], resources: ["deployments", "daemonsets", "replicasets", "statefulsets"] },
  { apiGroups: ["batch"], resources: ["cronjobs", "jobs"] },
].map((rule) => ({ ...rule, apiVersions: ["v1"], operations: ["CREATE", "UPDATE"] }));

function validation({ id, remedy }: ResourceRule, { expression, message }: Admission) {
  return { expression, message: `${id}: ${message}. ${remedy}`, reason: "Invalid" };
}

function listed(parameters: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(parameters.registries) && parameters.registries.length > 0;
}

/** `shop/store`, by names that mean one object. */
function isObject(resource: string): boolean {
  return /^[a-z0-9-]+\/[a-z0-9.-]+$/.test(resource);
}

/** A workload by its name; and what it has made, by its owner and the label that Slipway gives. */
function isNot(resource: string): string {
  const [namespace = "", name = ""] = resource.split("/");
  const label = "app.kubernetes.io/name";
  return (
    `!(request.namespace == '${namespace}' && (request.name == '${name}' || ` +
    `(has(object.metadata.ownerReferences) && object.metadata.ownerReferences.exists(o, has(o.controller) && o.controller && (o.name == '${name}' || o.name.startsWith('${name}-'))) && ` +
    `has(object.metadata.labels) && '${label}' in object.metadata.labels && object.metadata.labels['${label}'] == '${name}')))`
  );
}
