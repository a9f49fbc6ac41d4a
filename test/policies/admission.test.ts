/** What the API server is asked to hold is what the rules say, by an interpreter of CEL. */
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { before, describe, test } from "node:test";
import { admissible, admissionObjects, variables } from "../../policies/admission/objects";
import { defaultsOf } from "../../policies/core/parameters";
import { rules, ruleOf } from "../../policies/rules";
import { regimeOf } from "../../policies/settings/regime";
import { noSettings } from "../../policies/settings/settings";
import { runCluster } from "../unit/components/support/cluster";
import { kubernetesYml } from "../unit/components/support/kubernetes";
import { changed } from "./support/judge";
import { onKubernetes, type Recorded } from "./support/recorded";

const now = new Date("2026-11-22T00:00:00Z");
const registries = ["10.89.0.1:5000"];

type Evaluate = (expression: string, context: object) => unknown;
let evaluate: Evaluate;
let shop: Recorded;
before(async () => {
  ({ evaluate } = (await import("@marcbachmann/cel-js")) as unknown as { evaluate: Evaluate });
  shop = await onKubernetes({ application: "shop", environment: "prod", stack: "shop-prod" });
});

/** Whole numbers are integers to the API server, and floating to an interpreter in JavaScript. */
function integers(value: unknown): unknown {
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  if (Array.isArray(value)) return value.map(integers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, integers(inner)]));
}

/** Messages of what an object breaks. */
function denied(id: string, object: unknown): readonly string[] {
  const rule = admissible().find((one) => one.id === id) ?? assert.fail(id);
  const context: { object: unknown; variables: Record<string, unknown> } = {
    object: integers(object),
    variables: {},
  };
  for (const { name, expression } of variables)
    context.variables[name] = evaluate(expression, context);
  const parameters = {
    ...defaultsOf(rule.parameters),
    ...(id === "SLW-APP-002" && { registries }),
  } as Parameters<typeof rule.admission>[0];
  return rule
    .admission(parameters)
    .filter(({ expression }) => evaluate(expression, context) !== true)
    .map(({ message }) => message);
}

const web = "shop-prod-deployment-web";
const inputsOf = ({ resources }: Recorded, name: string) =>
  resources.find((one) => one.name === name && one.type.startsWith("kubernetes:"))?.inputs ??
  assert.fail(name);

const pod = ["spec", "template", "spec"];
const container = [...pod, "containers", 0];
const security = [...container, "securityContext"];

/** How each is broken: an input of the sample's deployment. */
const broken: Readonly<
  Record<string, readonly [path: readonly (string | number)[], value: unknown]>
> = {
  "SLW-APP-001": [[...container, "image"], "registry.test:5000/shop:latest"],
  "SLW-APP-002": [[...container, "image"], "10.89.0.1:50000/shop:1.0.0"],
  "SLW-APP-004": [[...container, "resources"], { limits: { cpu: "1" } }],
  "SLW-APP-005": [[...container, "resources"], { requests: { cpu: "1" } }],
  "SLW-APP-006": [[...container, "readinessProbe"], undefined],
  "SLW-APP-007": [[...container, "livenessProbe"], undefined],
  "SLW-APP-008": [[...security, "privileged"], true],
  "SLW-APP-009": [[...pod, "hostIPC"], true],
  "SLW-APP-010": [[...pod, "volumes"], [{ name: "x", hostPath: { path: "/run/docker.sock" } }]],
  "SLW-APP-011": [[...pod, "volumes"], [{ name: "x", hostPath: { path: "/etc/kubernetes" } }]],
  "SLW-APP-012": [[...pod, "securityContext"], { seccompProfile: { type: "RuntimeDefault" } }],
  "SLW-APP-013": [[...security, "readOnlyRootFilesystem"], undefined],
  "SLW-APP-014": [[...security, "capabilities"], { drop: ["ALL"], add: ["SYS_ADMIN"] }],
  "SLW-APP-015": [[...container, "env"], [{ name: "DB_Password", value: "hush" }]],
  "SLW-APP-018": [[...pod, "topologySpreadConstraints"], undefined],
  "SLW-APP-019": [["spec", "strategy"], { type: "Recreate" }],
  "SLW-APP-020": [[...container, "ports"], [{ containerPort: 8080, hostPort: 443 }]],
  "SLW-APP-021": [
    [...container, "env"],
    [
      { name: "A", value: "1" },
      { name: "A", value: "2" },
    ],
  ],
  "SLW-APP-024": [[...pod, "terminationGracePeriodSeconds"], 7200],
  "SLW-APP-025": [[...pod, "securityContext", "sysctls"], [{ name: "kernel.msgmax", value: "1" }]],
  "SLW-APP-026": [[...security, "allowPrivilegeEscalation"], undefined],
  "SLW-APP-027": [[...pod, "securityContext", "seccompProfile"], { type: "Unconfined" }],
  "SLW-APP-028": [[...pod, "automountServiceAccountToken"], undefined],
  "SLW-CLU-011": [[...container, "image"], "hub.test:5000/registry:3.1.2"],
  "SLW-STK-001": [[...container, "ports"], [{ containerPort: 8080, hostPort: 8080 }]],
};

describe("a rule that the API server holds", () => {
  test("is each one that CEL can say", () => {
    assert.deepEqual(
      admissible().map(({ id }) => id),
      Object.keys(broken),
    );
  });

  for (const [id, [path, value]] of Object.entries(broken)) {
    test(`${id} lets the samples pass, and refuses what breaks it`, () => {
      for (const kind of ["deployment-web", "deployment-api", "statefulset-store"])
        assert.deepEqual(denied(id, inputsOf(shop, `shop-prod-${kind}`)), [], kind);
      const job = shop.resources.find(({ type }) => type.endsWith(":KubernetesJob"));
      assert.deepEqual(denied(id, (job?.inputs as { object: object }).object), [], "job");
      const wrong = inputsOf(changed(shop, web, path, value, true), web);
      assert.notDeepEqual(denied(id, wrong), []);
    });

    if (["SLW-APP-018", "SLW-APP-019"].includes(id)) continue;
    test(`${id} holds for a pod by itself`, () => {
      const asPod = (of: object) => ({
        kind: "Pod",
        metadata: {},
        spec: (of as { spec: { template: { spec: object } } }).spec.template.spec,
      });
      assert.deepEqual(denied(id, asPod(inputsOf(shop, web))), []);
      const wrong = inputsOf(changed(shop, web, path, value, true), web);
      assert.notDeepEqual(denied(id, asPod(wrong)), []);
    });
  }
});

test("pods that all go to one node are refused, spread or not", () => {
  const asked = (path: readonly (string | number)[], value: unknown) =>
    denied("SLW-APP-018", inputsOf(changed(shop, web, [...pod, ...path], value, true), web));
  const refused = ["pods must not all go to one node"];
  const terms = (...names: readonly string[]) => ({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: names }] },
        ],
      },
    },
  });
  assert.deepEqual(asked(["nodeName"], "worker-1"), refused);
  assert.deepEqual(asked(["nodeSelector"], { "kubernetes.io/hostname": "a" }), refused);
  assert.deepEqual(asked(["affinity"], terms("a")), refused);
  assert.deepEqual(asked(["affinity"], terms("a", "b")), []);
  assert.deepEqual(asked(["nodeSelector"], { disk: "ssd" }), []);
});

describe("other words for what is refused are refused, too", () => {
  const asked = (id: string, spec: object) => {
    const containers = [{ name: "web", image: "x:1" }];
    return denied(id, { kind: "Pod", metadata: {}, spec: { containers, ...spec } });
  };
  const hostPath = (at: string, readOnly = false) => ({
    volumes: [
      { name: "x", hostPath: { path: at } },
      { name: "y", emptyDir: {} },
    ],
    containers: [{ name: "web", volumeMounts: [{ name: "x", mountPath: "/x", readOnly }] }],
  });

  test("paths of the node", () => {
    for (const at of [
      "/",
      "//",
      "/.",
      "//etc",
      "/./etc",
      "/etc/",
      "/var",
      "/var/",
      "/etc/ssl/certs",
    ])
      assert.notDeepEqual(asked("SLW-APP-011", hostPath(at)), [], at);
    for (const at of ["/srv", "/srv/shop/", "/variable", "/etcetera"])
      assert.deepEqual(asked("SLW-APP-011", hostPath(at)), [], at);
    assert.deepEqual(asked("SLW-APP-011", hostPath("/etc/ssl/certs", true)), []);
  });

  test("sockets of engines", () => {
    for (const at of ["//run/docker.sock", "/var/run/crio/crio.sock", "/run/./docker.sock"])
      assert.notDeepEqual(asked("SLW-APP-010", hostPath(at)), [], at);
    for (const at of ["/run/shop.sock", "//etc", "/srv/run/docker.sock"])
      assert.deepEqual(asked("SLW-APP-010", hostPath(at)), [], at);
  });

  test("root, where the container says otherwise than its pod", () => {
    const user = (ofPod: object, own?: object) =>
      asked("SLW-APP-012", {
        securityContext: ofPod,
        containers: [{ name: "web", ...(own !== undefined && { securityContext: own }) }],
      });
    assert.notDeepEqual(user({ runAsNonRoot: true }, { runAsNonRoot: false }), []);
    assert.notDeepEqual(user({ runAsUser: 1 }, { runAsUser: 0 }), []);
    assert.notDeepEqual(user({ runAsUser: 0 }, { runAsNonRoot: true }), []);
    assert.deepEqual(user({ runAsUser: 1 }, { runAsNonRoot: false }), []);
    assert.deepEqual(user({ runAsNonRoot: true }, {}), []);
    assert.deepEqual(user({ runAsNonRoot: true }), []);
  });

  test("what is put into a running pod", () => {
    const debugger_ = { name: "debugger", image: "x:1", securityContext: { privileged: true } };
    assert.notDeepEqual(asked("SLW-APP-008", { ephemeralContainers: [debugger_] }), []);
    assert.deepEqual(
      asked("SLW-APP-004", { containers: [], ephemeralContainers: [debugger_] }),
      [],
    );
  });

  test("companions without limits, and limits of nothing", () => {
    const limits = (memory: string) => ({ resources: { limits: { cpu: "1", memory } } });
    const beside = (companion: object) =>
      asked("SLW-APP-004", {
        containers: [{ name: "web", ...limits("1Gi") }],
        initContainers: [
          { name: "first" },
          { name: "beside", restartPolicy: "Always", ...companion },
        ],
      });
    assert.notDeepEqual(beside({}), []);
    assert.notDeepEqual(beside(limits("0")), []);
    assert.deepEqual(beside(limits("64Mi")), []);
  });

  test("secrets by their form, and credentials in volumes", () => {
    const variable = (value: string) =>
      asked("SLW-APP-015", { containers: [{ name: "web", env: [{ name: "A", value }] }] });
    assert.notDeepEqual(variable("postgres://u:hush@db/shop"), []);
    assert.notDeepEqual(variable("-----BEGIN RSA PRIVATE KEY-----"), []);
    assert.deepEqual(variable("postgres://db/shop"), []);
    assert.deepEqual(variable("https://mirror.test\nmail:ops@site.test"), [], "two lines");
    const token = (of: object) =>
      asked("SLW-APP-028", {
        automountServiceAccountToken: false,
        volumes: [{ name: "x", projected: { sources: [{ serviceAccountToken: of }] } }],
      });
    assert.notDeepEqual(token({ path: "token" }), []);
    assert.deepEqual(token({ path: "token", audience: "vault" }), []);
  });

  test("an update that takes all pods at once", () => {
    const update = (maxUnavailable: unknown) =>
      denied("SLW-APP-019", {
        kind: "Deployment",
        metadata: {},
        spec: {
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable } },
          template: { spec: { containers: [] } },
        },
      });
    assert.notDeepEqual(update("100%"), []);
    assert.deepEqual(update("25%"), []);
    assert.deepEqual(update(1), []);
  });
});

test("a registry is let in with accounts and, at a port of its node, TLS; and a cache of what is public", () => {
  const asked = (env: readonly string[], hostPort?: number) =>
    denied("SLW-CLU-011", {
      kind: "Pod",
      metadata: {},
      spec: {
        containers: [
          {
            image: "registry:3.1.2",
            env: env.map((name) => ({ name, value: "htpasswd" })),
            ...(hostPort !== undefined && { ports: [{ containerPort: 5000, hostPort }] }),
          },
        ],
      },
    });
  const [noAccounts, noTls] = [/must ask for an account/, /must have TLS/];
  assert.deepEqual(asked(["REGISTRY_AUTH"]), []);
  assert.deepEqual(asked(["REGISTRY_AUTH_TOKEN_REALM"]), []);
  assert.match(asked(["REGISTRY_AUTHORS"]).join("\n"), noAccounts);
  assert.match(asked(["REGISTRY_AUTH"], 5000).join("\n"), noTls);
  assert.deepEqual(asked(["REGISTRY_AUTH", "REGISTRY_HTTP_TLS_CERTIFICATE"], 5000), []);
  assert.deepEqual(asked(["REGISTRY_PROXY_REMOTEURL"]), []);
  assert.match(
    asked(["REGISTRY_PROXY_REMOTEURL", "REGISTRY_PROXY_USERNAME"]).join("\n"),
    noAccounts,
  );
});

describe("the objects", () => {
  const exemption = {
    rule: "SLW-APP-013",
    stack: "*",
    resource: "shop/store",
    reason: "it writes",
    owner: "ops",
    expires: "2027-06-30",
    place: { file: "exemptions.yml", line: 1, column: 1 },
  };
  const made = (level: "mandatory" | "advisory", exemptions = [exemption]) => {
    const environment = { stacks: ["*"], level, levels: {}, parameters: {}, admission: true };
    const settings = { ...noSettings, environments: { prod: environment } };
    return admissionObjects({
      regime: regimeOf({ settings, exemptions }, "kube", now),
      exemptions,
      isOfHere: (stack) => stack === "shop-prod",
      now,
      namespaces: ["slipway-ingress"],
    });
  };

  test("deny what is mandatory, and warn of what is advisory", () => {
    const actions = (level: "mandatory" | "advisory") =>
      new Set(
        Object.values(made(level))
          .filter(({ kind }) => kind === "ValidatingAdmissionPolicyBinding")
          .flatMap(({ spec }) => (spec as { validationActions: string[] }).validationActions),
      );
    assert.deepEqual([...actions("mandatory")], ["Deny"]);
    assert.deepEqual([...actions("advisory")], ["Warn", "Audit"]);
  });

  test("name the rule and how to mend it, and leave the cluster's own namespaces alone", () => {
    const policy = made("mandatory")["slipway-slw-app-012-policy"]?.spec as {
      matchConditions: { expression: string }[];
      validations: { message: string }[];
    };
    assert.match(policy.validations[0]?.message ?? "", /^SLW-APP-012: .*Give the service a `user`/);
    const applies = (namespace: string) =>
      evaluate(policy.matchConditions[0]?.expression ?? "", { request: { namespace } });
    assert.deepEqual(["shop", "kube-system", "slipway-ingress"].map(applies), [true, false, false]);
  });

  test("leave out what is exempted by its name on the cluster, until its day", () => {
    const conditionsOf = (exemptions: (typeof exemption)[]) =>
      (
        made("mandatory", exemptions)["slipway-slw-app-013-policy"]?.spec as {
          matchConditions: { name: string; expression: string }[];
        }
      ).matchConditions;
    const [, , exempt] = conditionsOf([exemption]);
    const holds = (namespace: string, name: string, labels: object, owner?: string) =>
      evaluate(exempt?.expression ?? "", {
        request: { namespace, name },
        object: {
          metadata: {
            labels,
            ...(owner !== undefined && { ownerReferences: [{ name: owner, controller: true }] }),
          },
        },
      });
    const labelled = { "app.kubernetes.io/name": "store" };
    assert.equal(holds("shop", "store", {}), false);
    assert.equal(holds("shop", "store-0", labelled, "store"), false);
    assert.equal(holds("shop", "store-5d4f-x", labelled, "store-5d4f"), false);
    assert.equal(holds("shop", "evil", labelled), true, "a label that anybody can set");
    assert.equal(holds("shop", "evil", labelled, "other"), true);
    assert.equal(holds("shop", "web", { "app.kubernetes.io/name": "web" }, "web"), true);
    assert.equal(holds("other", "store", {}), true);
    assert.equal(conditionsOf([{ ...exemption, expires: "2026-01-01" }]).length, 2);
    assert.equal(conditionsOf([{ ...exemption, stack: "shop-prod" }]).length, 3);
    assert.equal(
      conditionsOf([{ ...exemption, stack: "shop-dev" }]).length,
      2,
      "of another environment",
    );
  });
});

test("rules that are about pods and not held there say so in the reference", () => {
  const about = rules.filter(({ on }) => on !== "stack" && on.includes("workload"));
  const open = about.filter(({ id }) => ruleOf(id) !== undefined && broken[id] === undefined);
  assert.deepEqual(
    open.map(({ id }) => id),
    ["SLW-APP-003", "SLW-APP-016", "SLW-APP-017", "SLW-APP-023"],
  );
});

describe("a Kubernetes cluster", () => {
  const objectsOf = async (admission: boolean) => {
    const root = mkdtempSync(path.join(os.tmpdir(), "slipway-admission-"));
    writeFileSync(path.join(root, "Pulumi.yaml"), "name: site\nruntime: nodejs\n");
    const yml = `environments: { all: { stacks: ["*"], admission: ${String(admission)} } }\n`;
    writeFileSync(path.join(root, "policies.yml"), yml);
    const before = process.cwd();
    process.chdir(root);
    try {
      const run = await runCluster({ yml: kubernetesYml });
      return run.resources
        .filter(({ type }) => type.endsWith(":ValidatingAdmissionPolicy"))
        .map(({ name }) => name);
    } finally {
      process.chdir(before);
    }
  };

  test("has them where the settings want that", async () => {
    const names = await objectsOf(true);
    assert.ok(names.includes("lab-admission-slipway-slw-app-008-policy"), names.join("\n"));
  });

  test("has none where they do not", async () => {
    const names = await objectsOf(false);
    assert.deepEqual(
      names.filter((name) => name.includes("slw")),
      [],
    );
  });
});
