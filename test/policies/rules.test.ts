/**
 * Every rule on what the project's own components register for the samples: it passes as it is, is violated when one input
 * is changed, undetermined when that is not known, and exempted where the site says so.
 */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { rules, ruleOf } from "../../policies/rules";
import { unknownText } from "../../policies/core/value";
import { changed, judged, registry, silent, type Judging } from "./support/judge";
import { clusterSample, onSwarm, type Recorded } from "./support/recorded";
import { recording } from "./support/recording";

/**
 * Samples by the name under which rows ask for them: recorded as the engine hands them to policies, and what no preview
 * without machines has, as the components register it.
 */
const samples = {
  hello: () => onSwarm({ application: "hello", stack: "hello-lab", name: "hello" }),
  shop: () => recording("swarm-application"),
  shopOnKubernetes: () => recording("kubernetes-application"),
  swarm: () => recording("swarm-cluster"),
  tagged: () => clusterSample("prod", "prod"),
  protectedSwarm: () =>
    clusterSample("prod", "prod", undefined, { config: { "slipway:protect": "true" } }),
  kubernetes: () => recording("kubernetes-cluster"),
  lab: () => clusterSample("lab", "lab"),
  registry: () => recording("swarm-registry"),
  registryOnKubernetes: () => recording("kubernetes-registry"),
} as const;
type Sample = keyof typeof samples;

interface Row extends Judging {
  readonly rule: string;
  readonly sample: Sample;
  /** The resource that is changed. */
  readonly resource: string;
  /** What of it, and what it is then; `undefined` takes it away. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  /** The input is not there before. */
  readonly isNew?: true;
  readonly message: RegExp;
  /** What is not known instead; default: the input that is changed. Null: it is always known. */
  readonly unknown?: readonly (string | number)[] | null;
  /** Of the violation, where it is not at the changed resource. */
  readonly at?: string;
}

const container = ["spec", "TaskTemplate", "ContainerSpec"] as const;
const pod = ["spec", "template", "spec"] as const;
const inPod = [...pod, "containers", 0] as const;
/** As recorded. */
const template = "00000000-0000-4000-8000-000000000001";
const web = "shop-prod-web";
const kubeWeb = "shop-prod-deployment-web";

const onBoth = (
  rule: string,
  swarm: Omit<Row, "rule" | "sample" | "resource">,
  kubernetes: Omit<Row, "rule" | "sample" | "resource">,
): readonly Row[] => [
  { rule, sample: "shop", resource: web, ...swarm },
  { rule, sample: "shopOnKubernetes", resource: kubeWeb, ...kubernetes },
];

/** Rules whose cases are none of the table: they ask about what is not there, or somebody else. */
const apart = [
  "SLW-APP-003",
  "SLW-APP-030",
  "SLW-VM-004",
  "SLW-CLU-004",
  "SLW-CLU-010",
  "SLW-STK-004",
];

const rows: readonly Row[] = [
  ...onBoth(
    "SLW-APP-001",
    {
      path: [...container, "Image"],
      value: "registry.test/shop:latest",
      message: /a tag that moves/,
    },
    {
      path: [...inPod, "image"],
      value: "registry.test/shop",
      message: /container web: .*names no version/,
    },
  ),
  ...onBoth(
    "SLW-APP-002",
    {
      path: [...container, "Image"],
      value: "nginx:1.29.0",
      parameters: { registries: ["10.89.*"] },
      message: /is from none of 10\.89/,
    },
    {
      path: [...inPod, "image"],
      value: "evil.test/shop:1.0.0",
      parameters: { registries: ["10.89.0.1:5000/shop*", "10.89.0.1:5000"] },
      message: /is from none of/,
    },
  ),
  ...onBoth(
    "SLW-APP-004",
    {
      path: ["spec", "TaskTemplate", "Resources", "Limits", "MemoryBytes"],
      value: undefined,
      message: /no limit of memory/,
    },
    {
      path: [...inPod, "resources", "limits"],
      value: undefined,
      message: /no limit of CPU and memory/,
    },
  ),
  ...onBoth(
    "SLW-APP-005",
    {
      path: ["spec", "TaskTemplate", "Resources", "Reservations", "NanoCPUs"],
      value: undefined,
      message: /reserves no CPU/,
    },
    { path: [...inPod, "resources"], value: {}, message: /reserves no CPU and no memory/ },
  ),
  ...onBoth(
    "SLW-APP-006",
    {
      path: [...container, "Healthcheck"],
      value: { Test: ["NONE"] },
      message: /tells when it is ready/,
    },
    { path: [...inPod, "readinessProbe"], value: undefined, message: /tells when it is ready/ },
  ),
  ...onBoth(
    "SLW-APP-007",
    { path: [...container, "Healthcheck"], value: undefined, message: /tells when it hangs/ },
    { path: [...inPod, "livenessProbe"], value: undefined, message: /tells when it hangs/ },
  ),
  {
    rule: "SLW-APP-008",
    sample: "shopOnKubernetes",
    resource: kubeWeb,
    path: [...inPod, "securityContext", "privileged"],
    value: true,
    isNew: true,
    message: /is privileged/,
    unknown: [...inPod, "securityContext"],
  },
  {
    rule: "SLW-APP-008",
    sample: "shopOnKubernetes",
    resource: kubeWeb,
    path: [...inPod, "securityContext", "procMount"],
    value: "Unmasked",
    isNew: true,
    message: /all of \/proc/,
    unknown: [...inPod, "securityContext"],
  },
  ...onBoth(
    "SLW-APP-009",
    {
      path: ["spec", "TaskTemplate", "Networks"],
      value: [{ Target: "host" }],
      message: /shares network/,
    },
    {
      path: [...pod, "hostPID"],
      value: true,
      isNew: true,
      message: /shares PID/,
      unknown: [...pod],
    },
  ),
  ...onBoth(
    "SLW-APP-010",
    {
      path: [...container, "Mounts"],
      value: [{ Type: "bind", Source: "/var/run/docker.sock", Target: "/x", ReadOnly: true }],
      message: /mounts \/var\/run\/docker\.sock/,
    },
    {
      path: [...pod, "volumes"],
      value: [{ name: "config-settings", hostPath: { path: "/run/containerd/containerd.sock" } }],
      message: /containerd\.sock/,
    },
  ),
  ...onBoth(
    "SLW-APP-011",
    {
      path: [...container, "Mounts"],
      value: [{ Type: "bind", Source: "/etc/shadow", Target: "/x", ReadOnly: true }],
      message: /mounts \/etc\/shadow/,
    },
    {
      path: [...pod, "volumes"],
      value: [{ name: "config-settings", hostPath: { path: "/" } }],
      message: /mounts \/ of the node/,
    },
  ),
  ...onBoth(
    "SLW-APP-012",
    {
      path: [...container, "User"],
      value: "root",
      isNew: true,
      message: /runs as root/,
      unknown: [...container],
    },
    {
      path: [...pod, "securityContext", "runAsUser"],
      value: 0,
      isNew: true,
      message: /runs as root/,
      unknown: [...pod, "securityContext"],
    },
  ),
  ...onBoth(
    "SLW-APP-013",
    { path: [...container, "ReadOnly"], value: undefined, message: /can write to its root/ },
    {
      path: [...inPod, "securityContext", "readOnlyRootFilesystem"],
      value: false,
      message: /can write to its root/,
    },
  ),
  ...onBoth(
    "SLW-APP-014",
    {
      path: [...container, "CapabilityAdd"],
      value: ["cap_net_admin"],
      isNew: true,
      message: /adds NET_ADMIN/,
      unknown: [...container, "CapabilityDrop"],
    },
    {
      path: [...inPod, "securityContext", "capabilities"],
      value: { drop: ["NET_RAW"] },
      message: /does not drop all/,
    },
  ),
  ...onBoth(
    "SLW-APP-015",
    {
      path: [...container, "Env"],
      value: ["DB_PASSWORD=hush"],
      message: /variable DB_PASSWORD holds a secret, by its name$/,
    },
    {
      path: [...inPod, "env"],
      value: [{ name: "DATABASE", value: "postgres://shop:hush@db/shop" }],
      message: /variable DATABASE holds a URL with a password$/,
    },
  ),
  ...onBoth(
    "SLW-APP-016",
    {
      path: [...container, "Args"],
      value: ["web", "--password=hush"],
      message: /command line holds a secret: --password$/,
    },
    { path: [...inPod, "args"], value: ["web", "--api-token", "hush"], message: /--api-token$/ },
  ),
  ...onBoth(
    "SLW-APP-017",
    {
      path: ["spec", "Mode", "Replicated", "Replicas"],
      value: 1,
      message: /has 1 task, fewer than 2/,
      parameters: { min: 2 },
    },
    { path: ["spec", "replicas"], value: 0, message: /has 0 tasks/ },
  ),
  ...onBoth(
    "SLW-APP-018",
    {
      path: ["spec", "TaskTemplate", "Placement", "Constraints"],
      value: ["node.hostname==worker-1"],
      message: /all on one node/,
    },
    { path: [...pod, "topologySpreadConstraints"], value: undefined, message: /all on one node/ },
  ),
  ...onBoth(
    "SLW-APP-019",
    {
      path: ["spec", "UpdateConfig", "FailureAction"],
      value: "continue",
      message: /goes on although new tasks fail/,
    },
    {
      path: ["spec", "strategy", "type"],
      value: "Recreate",
      message: /goes on although new tasks fail/,
    },
  ),
  ...onBoth(
    "SLW-APP-020",
    {
      path: ["spec", "EndpointSpec", "Ports"],
      value: [{ Protocol: "tcp", TargetPort: 8080, PublishedPort: 443, PublishMode: "host" }],
      message: /port 443\/tcp/,
    },
    {
      path: [...inPod, "ports"],
      value: [{ containerPort: 8080, hostPort: 80 }],
      message: /port 80\/tcp/,
    },
  ),
  ...onBoth(
    "SLW-APP-021",
    { path: [...container, "Env"], value: ["A=1", "A=2"], message: /gives A more than once/ },
    {
      path: [...inPod, "env"],
      value: [
        { name: "A", value: "1" },
        { name: "A", value: "2" },
      ],
      message: /gives A more than once/,
    },
  ),
  ...onBoth(
    "SLW-APP-022",
    {
      path: [...container, "Configs", 0, "ConfigName"],
      value: "shop_gone",
      message: /refers to config shop_gone/,
    },
    {
      path: ["spec", "selector", "matchLabels", "app.kubernetes.io/name"],
      value: "other",
      message: /selects other pods than its own/,
    },
  ),
  {
    rule: "SLW-APP-022",
    sample: "shopOnKubernetes",
    resource: "shop-prod-service-web",
    path: ["spec", "selector", "app.kubernetes.io/name"],
    value: "gone",
    message: /selects no pod/,
  },
  {
    rule: "SLW-APP-023",
    sample: "shop",
    resource: web,
    path: ["spec", "TaskTemplate", "LogDriver"],
    value: { Name: "json-file" },
    isNew: true,
    message: /logs \(json-file\) have no max-size/,
    unknown: ["spec"],
  },
  {
    rule: "SLW-APP-023",
    sample: "swarm",
    resource: "prod-managers-0",
    path: ["daemon", "log-opts"],
    value: {},
    message: /have no max-size/,
  },
  ...onBoth(
    "SLW-APP-024",
    { path: [...container, "StopGracePeriod"], value: 0, message: /has 0 s to stop/ },
    { path: [...pod, "terminationGracePeriodSeconds"], value: 7200, message: /has 7200 s to stop/ },
  ),
  ...onBoth(
    "SLW-APP-025",
    {
      path: [...container, "Sysctls"],
      value: { "kernel.msgmax": "1" },
      isNew: true,
      message: /changes kernel\.msgmax/,
      unknown: [...container],
    },
    {
      path: [...pod, "securityContext", "sysctls"],
      value: [{ name: "net.core.somaxconn", value: "1" }],
      isNew: true,
      message: /changes net\.core\.somaxconn/,
      unknown: [...pod, "securityContext"],
    },
  ),
  {
    rule: "SLW-APP-026",
    sample: "shopOnKubernetes",
    resource: kubeWeb,
    path: [...inPod, "securityContext", "allowPrivilegeEscalation"],
    value: true,
    message: /allows privilege escalation/,
  },
  {
    rule: "SLW-APP-027",
    sample: "shopOnKubernetes",
    resource: kubeWeb,
    path: [...pod, "securityContext", "seccompProfile"],
    value: undefined,
    message: /without a seccomp profile/,
  },
  {
    rule: "SLW-APP-028",
    sample: "shopOnKubernetes",
    resource: kubeWeb,
    path: [...pod, "automountServiceAccountToken"],
    value: undefined,
    message: /credential of the API server/,
  },
  {
    rule: "SLW-APP-029",
    sample: "shopOnKubernetes",
    resource: "shop-prod-poddisruptionbudget-web",
    at: kubeWeb,
    path: ["spec", "maxUnavailable"],
    value: 0,
    message: /lets no pod go/,
  },
  {
    rule: "SLW-APP-029",
    sample: "shopOnKubernetes",
    resource: "shop-prod-poddisruptionbudget-web",
    at: kubeWeb,
    path: ["spec", "minAvailable"],
    value: "99%",
    isNew: true,
    unknown: ["spec", "maxUnavailable"],
    message: /lets no pod go/,
  },
  {
    rule: "SLW-VM-001",
    sample: "swarm",
    resource: "prod-managers-0",
    path: ["clone", "templateUuid"],
    value: "another",
    parameters: { templates: [template] },
    message: /which is no standard template/,
  },
  {
    rule: "SLW-VM-002",
    sample: "swarm",
    resource: "prod-managers-0",
    path: ["clone", "templateUuid"],
    value: "another",
    parameters: { versions: { [template]: "2026.11" } },
    message: /nobody knows the version/,
  },
  {
    rule: "SLW-VM-003",
    sample: "swarm",
    resource: "prod-managers-0",
    path: ["memory"],
    value: 512,
    message: /has 512 MiB of memory/,
  },
  {
    rule: "SLW-VM-005",
    // Of what a preview shows, the metadata come later.
    sample: "tagged",
    resource: "prod-managers-0",
    path: ["extraConfig", "guestinfo.userdata"],
    value: Buffer.from(
      "#cloud-config\nchpasswd:\n  users:\n    - name: root\n      password: hush\n",
    ).toString("base64"),
    message: /guestinfo\.userdata holds a password of cloud-init$/,
  },
  {
    rule: "SLW-VM-006",
    sample: "tagged",
    resource: "prod",
    path: ["tags"],
    value: { owner: "platform-team" },
    message: /no tag of environment, costCentre/,
  },
  {
    rule: "SLW-VM-007",
    sample: "swarm",
    resource: "prod-data-0",
    path: ["disks", 1, "keepOnRemove"],
    value: false,
    message: /disk data is deleted with it/,
  },
  {
    rule: "SLW-CLU-001",
    sample: "swarm",
    resource: "prod-managers-2",
    at: "prod",
    path: ["role"],
    value: "worker",
    message: /has 2 nodes that decide/,
  },
  {
    rule: "SLW-CLU-002",
    sample: "swarm",
    resource: "prod-managers-2",
    at: "prod",
    path: ["role"],
    value: "worker",
    message: /has 2 nodes that decide, fewer than 3/,
  },
  {
    rule: "SLW-CLU-003",
    sample: "swarm",
    resource: "prod",
    path: ["autolock"],
    value: false,
    message: /autolock: false/,
  },
  {
    rule: "SLW-CLU-003",
    sample: "kubernetes",
    resource: "kube",
    path: ["encryptSecrets"],
    value: false,
    message: /encryptSecrets: false/,
  },
  {
    rule: "SLW-CLU-005",
    sample: "swarm",
    resource: "prod-managers-0",
    path: ["daemon", "hosts"],
    value: ["fd://", "tcp://0.0.0.0:2375"],
    isNew: true,
    message: /tcp:\/\/0\.0\.0\.0:2375 to whoever asks/,
    unknown: ["daemon"],
  },
  {
    rule: "SLW-CLU-006",
    sample: "swarm",
    resource: "prod-managers-0",
    path: ["version"],
    value: "25.0",
    message: /is Docker 25\.0, which neither/,
  },
  {
    rule: "SLW-CLU-006",
    sample: "kubernetes",
    resource: "kube",
    path: ["version"],
    value: "1.29.0",
    message: /is Kubernetes 1\.29\.0/,
  },
  {
    rule: "SLW-CLU-007",
    sample: "kubernetes",
    resource: "kube",
    path: ["certificates", "days"],
    value: 3650,
    message: /live 3650 days/,
  },
  {
    rule: "SLW-CLU-007",
    sample: "swarm",
    resource: "prod",
    path: ["validityDays"],
    value: 9999,
    message: /live 9999 days/,
  },
  {
    rule: "SLW-CLU-007",
    sample: "registry",
    resource: "plant",
    path: ["validityDays"],
    value: 3650,
    message: /live 3650 days/,
  },
  {
    rule: "SLW-CLU-008",
    sample: "kubernetes",
    resource: "kube",
    path: ["snapshots", "keep"],
    value: 0,
    message: /keeps none/,
  },
  {
    rule: "SLW-CLU-009",
    sample: "swarm",
    resource: "prod-managers-0",
    path: ["daemon", "registry-mirrors"],
    value: ["http://mirror.test"],
    message: /http:\/\/mirror\.test without/,
  },
  {
    rule: "SLW-CLU-009",
    sample: "kubernetes",
    resource: "kube-workers-0",
    path: ["containerd", "insecureRegistries"],
    value: ["registry.test:5000"],
    message: /registry\.test:5000 without/,
  },
  {
    rule: "SLW-CLU-011",
    sample: "registry",
    resource: "plant-registry-push",
    path: [...container, "Env"],
    value: ["REGISTRY_HTTP_TLS_CERTIFICATE=/run/secrets/certificate.pem", "REGISTRY_AUTH=silly"],
    message: /^asks nobody for an account, as far as its environment says$/,
  },
  {
    rule: "SLW-CLU-011",
    sample: "registry",
    resource: "plant-registry-pull",
    path: [...container, "Env"],
    value: ["REGISTRY_AUTH=htpasswd"],
    message: /^answers at port 5000\/tcp of its nodes, and its environment names no certificate$/,
  },
  {
    rule: "SLW-CLU-011",
    sample: "registry",
    resource: "plant-registry-cache",
    path: [...container, "Env"],
    value: [
      "REGISTRY_HTTP_TLS_CERTIFICATE=/run/secrets/certificate.pem",
      "REGISTRY_PROXY_REMOTEURL=https://registry-1.docker.io",
      "REGISTRY_PROXY_USERNAME=company",
    ],
    message: /^asks nobody for an account, and caches what company may read upstream$/,
  },
  {
    rule: "SLW-CLU-011",
    sample: "registryOnKubernetes",
    resource: "plant-registry-push",
    path: [...inPod, "env"],
    value: [],
    message:
      /account, as far as its environment says\n.*5001\/tcp of its nodes, and its .* no certificate/,
  },
  ...onBoth(
    "SLW-STK-001",
    {
      path: ["spec", "EndpointSpec", "Ports"],
      value: [{ Protocol: "tcp", TargetPort: 8080, PublishedPort: 8080 }],
      message: /port 8080\/tcp of its nodes, beside the ingress/,
    },
    {
      path: [...inPod, "ports"],
      value: [{ containerPort: 1, hostPort: 8080 }],
      message: /port 8080\/tcp/,
    },
  ),
  {
    rule: "SLW-STK-001",
    sample: "shop",
    resource: web,
    path: ["spec", "Labels", "traefik.http.routers.shop-prod_web.tls"],
    value: undefined,
    message: /route shop-prod_web has no TLS/,
  },
  {
    rule: "SLW-STK-001",
    sample: "shopOnKubernetes",
    resource: "shop-prod-ingress-web-https",
    path: ["spec", "tls"],
    value: undefined,
    message: /has no TLS/,
  },
  {
    rule: "SLW-STK-001",
    sample: "shopOnKubernetes",
    resource: "shop-prod-service-web",
    path: ["spec", "type"],
    value: "NodePort",
    isNew: true,
    message: /NodePort/,
    unknown: ["spec"],
  },
  {
    rule: "SLW-STK-002",
    sample: "swarm",
    resource: "prod-managers-0",
    path: ["folder"],
    value: "containers/dev",
    message: /of prod is in the folder of dev/,
    surroundings: { environments: ["dev", "prod"], environmentOf: () => "prod" },
  },
  {
    rule: "SLW-STK-002",
    sample: "tagged",
    resource: "prod",
    path: ["tags", "environment"],
    value: "dev",
    message: /of prod is tagged as of dev/,
    surroundings: { environments: ["dev", "prod"], environmentOf: () => "prod" },
  },
  {
    rule: "SLW-STK-002",
    sample: "shop",
    resource: web,
    path: [...container, "Image"],
    value: "registry.test:5000/dev/shop:1.0.0",
    message: /of prod runs an image of dev/,
    surroundings: { environments: ["dev", "prod"], environmentOf: () => "prod" },
  },
  {
    rule: "SLW-STK-003",
    sample: "shop",
    resource: web,
    at: "*",
    path: ["spec", "TaskTemplate", "Resources", "Limits", "MemoryBytes"],
    value: 8 * 2 ** 30,
    message: /limits add up to 2[0-9.]+ MiB/,
  },
];

const made = new Map<Sample, Recorded>();
const sampled = (sample: Sample) => made.get(sample) ?? assert.fail(`there is no sample ${sample}`);

before(async () => {
  for (const [name, make] of Object.entries(samples)) made.set(name as Sample, await make());
});

const titleOf = ({ rule, sample, path }: Row) => `${rule} on ${sample}: ${path.join(".")}`;
const outcomes = async (row: Row, of: Recorded, judging: Judging = {}) =>
  judged(ruleOf(row.rule) ?? assert.fail(row.rule), of, { ...row, ...judging });

describe("a rule", () => {
  for (const row of rows) {
    const broken = () => changed(sampled(row.sample), row.resource, row.path, row.value, row.isNew);
    const at = row.at ?? row.resource;

    test(`passes what the components make: ${titleOf(row)}`, async () => {
      const results = await outcomes(row, sampled(row.sample));
      const here = results.filter(
        ({ subject }) => subject === undefined || subject.resource.name === at,
      );
      assert.ok(results.length > 0, "it has nothing to say");
      assert.deepEqual(
        here.map(({ outcome, messages }) => [outcome, ...messages]).filter(([o]) => o !== "passed"),
        [],
      );
    });

    test(`is violated: ${titleOf(row)}`, async () => {
      const results = await outcomes(row, broken());
      const violations = results.filter(({ outcome }) => outcome === "violated");
      const here = violations.filter(({ subject }) => at === "*" || subject?.resource.name === at);
      assert.match(here.flatMap(({ messages }) => messages).join("\n"), row.message);
    });

    test(`is exempted where the site says so: ${titleOf(row)}`, async () => {
      const exemptions = [
        {
          rule: row.rule,
          stack: "*",
          resource: at === "*" ? "*" : at,
          reason: "a test",
          owner: "tests",
          expires: "2100-01-01",
          place: { file: "exemptions.yml", line: 1, column: 1 },
        },
      ];
      const results = await outcomes(row, broken(), { exemptions });
      const here = results.filter(({ outcome }) => outcome === "exempted");
      assert.deepEqual(here.map(({ exempt }) => exempt?.reason).slice(0, 1), ["a test"]);
    });

    if (row.unknown === null) continue;
    test(`is undetermined while that is not known: ${titleOf(row)}`, async () => {
      const path = row.unknown ?? row.path;
      const unknown = changed(sampled(row.sample), row.resource, path, unknownText);
      const results = await outcomes(row, unknown);
      const open = results.filter(({ outcome }) => outcome === "undetermined");
      assert.ok(open.length > 0, JSON.stringify(results.map(({ outcome }) => outcome)));
      assert.match(open[0]?.messages[0] ?? "", /is not known before the update/);
    });
  }
});

/** Messages by outcome, of results that are not simply passed. */
async function told(id: string, of: Recorded, judging: Judging = {}): Promise<readonly string[]> {
  const results = await judged(ruleOf(id) ?? assert.fail(id), of, judging);
  return results
    .filter(({ outcome }) => outcome !== "passed")
    .map(
      ({ outcome, subject, messages }) =>
        `${outcome}: ${subject?.resource.name ?? "stack"}: ${messages.join("; ")}`,
    );
}

const exemption = (rule: string, resource: string) => ({
  rule,
  stack: "*",
  resource,
  reason: "a test",
  owner: "tests",
  expires: "2100-01-01",
  place: { file: "exemptions.yml", line: 1, column: 1 },
});

test("every rule has its cases", () => {
  const covered = [...new Set([...rows.map(({ rule }) => rule), ...apart])].sort();
  assert.deepEqual(covered, rules.map(({ id }) => id).sort());
});

test("an image that is too large is found by asking its registry", async () => {
  const large = { image: () => Promise.resolve({ sizeBytes: 600e6, user: "1" }) };
  const shop = sampled("shop");
  assert.deepEqual(await told("SLW-APP-003", shop), []);
  const found = await told("SLW-APP-003", shop, { ask: large });
  assert.match(found[0] ?? "", /^violated: .*has 600 MB, more than 500 MB$/);
  assert.deepEqual(await told("SLW-APP-003", shop, { ask: large, parameters: { maxMB: 700 } }), []);
  for (const text of await told("SLW-APP-003", shop, { ask: silent }))
    assert.match(
      text,
      /^undetermined: .*image 10\.89\.0\.1:5000\/shop:1\.0\.0@sha256:a+ can't be asked for$/,
    );
  const exempted = await told("SLW-APP-003", shop, {
    ask: large,
    exemptions: [exemption("SLW-APP-003", "*")],
  });
  for (const text of exempted) assert.match(text, /^exempted: /);
});

test("where nobody names a user, the image decides who runs", async () => {
  const root = { image: () => Promise.resolve({ sizeBytes: 1, user: "" }) };
  const shop = sampled("shop");
  assert.deepEqual(await told("SLW-APP-012", shop, { ask: registry }), []);
  const found = await told("SLW-APP-012", shop, { ask: root });
  assert.ok(found.includes(`violated: ${web}: names no user, and its image runs as root`));
  assert.match((await told("SLW-APP-012", shop, { ask: silent }))[0] ?? "", /^undetermined: /);
});

test("versions of Docker that a distribution mends are the site's to name", async () => {
  const old = changed(sampled("swarm"), "prod-managers-0", ["version"], "24.0");
  assert.equal((await told("SLW-CLU-006", old)).length, 1);
  assert.deepEqual(await told("SLW-CLU-006", old, { parameters: { engines: ["24.0"] } }), []);
});

describe("pods that all go to one node", () => {
  const onNode = (path: readonly (string | number)[], value: unknown) =>
    told(
      "SLW-APP-018",
      changed(sampled("shopOnKubernetes"), kubeWeb, [...pod, ...path], value, true),
    );
  const terms = (...values: readonly (readonly string[])[]) => ({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: values.map((names) => ({
          matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: names }],
        })),
      },
    },
  });

  test("are not spread, whatever their spread constraints say", async () => {
    const lost = [`violated: ${kubeWeb}: nothing keeps its tasks from being all on one node`];
    assert.deepEqual(await onNode(["nodeName"], "worker-1"), lost);
    assert.deepEqual(await onNode(["nodeSelector"], { "kubernetes.io/hostname": "a" }), lost);
    assert.deepEqual(await onNode(["affinity"], terms(["a"])), lost);
  });

  test("are others than those that have a choice", async () => {
    assert.deepEqual(await onNode(["affinity"], terms(["a", "b"])), []);
    assert.deepEqual(await onNode(["affinity"], terms(["a"], ["b"])), []);
    assert.deepEqual(await onNode(["nodeSelector"], { disk: "ssd" }), []);
  });
});

test("a secret in guestinfo is found although a part of it is not known yet", async () => {
  const path = ["extraConfig", "guestinfo.userdata"];
  const userdata = "#cloud-config\nchpasswd: { users: [{ name: root,\n  password: hush }] }\n";
  const open = changed(sampled("swarm"), "prod-managers-0", path, userdata);
  const found = (await told("SLW-VM-005", open)).filter((text) => text.includes("managers-0"));
  assert.deepEqual(found, [
    "violated: prod-managers-0: guestinfo.userdata holds a password of cloud-init",
  ]);
});

describe("managers on distinct hosts", () => {
  const without = ({ resources, outputs }: Recorded): Recorded => ({
    outputs,
    resources: resources.filter(({ type }) => !type.endsWith("VmAntiAffinityRule")),
  });

  test("passes where a rule of vSphere keeps them apart", async () => {
    assert.deepEqual(await told("SLW-VM-004", sampled("swarm")), []);
  });

  test("is violated where none does, and can be exempted", async () => {
    const managers = ["prod-managers-0", "prod-managers-1", "prod-managers-2"];
    const message = "nothing keeps it apart from the others";
    assert.deepEqual(
      await told("SLW-VM-004", without(sampled("swarm"))),
      managers.map((name) => `violated: ${name}: ${message}`),
    );
    assert.deepEqual(
      await told("SLW-VM-004", without(sampled("swarm")), {
        exemptions: [exemption("SLW-VM-004", "prod-managers-*")],
      }),
      managers.map((name) => `exempted: ${name}: ${message}`),
    );
  });

  test("is violated where the rule of vSphere is switched off", async () => {
    const { resources, outputs } = sampled("swarm");
    const off = resources.map((one) =>
      one.type.endsWith("VmAntiAffinityRule")
        ? { ...one, inputs: { ...(one.inputs as object), enabled: false } }
        : one,
    );
    assert.equal((await told("SLW-VM-004", { outputs, resources: off })).length, 3);
  });

  test("is undetermined while roles are not known", async () => {
    const unknown = changed(sampled("swarm"), "prod-managers-0", ["extraConfig"], unknownText);
    assert.match(
      (await told("SLW-VM-004", unknown))[0] ?? "",
      /^undetermined: stack: extraConfig is/,
    );
  });
});

describe("encrypted networks", () => {
  const name = "shop-prod-frontend";
  const encrypted = (value: unknown) => changed(sampled("shop"), name, ["driverOptions"], value);

  test("pass, fail, and are undetermined", async () => {
    const of = async (value: unknown) =>
      (await told("SLW-CLU-004", encrypted(value))).filter((text) => text.includes(name));
    assert.deepEqual(await of({ encrypted: "" }), []);
    assert.deepEqual(await of({ encrypted: "false" }), [`violated: ${name}: is not encrypted`]);
    assert.deepEqual(await of({}), [`violated: ${name}: is not encrypted`]);
    assert.deepEqual(await of(unknownText), [
      `undetermined: ${name}: driverOptions is not known before the update`,
    ]);
  });
});

describe("what can't be deleted by mistake", () => {
  test("is a registry and a store of logs, too", async () => {
    const its = (kind: "Registry" | "LogStore", isProtected: boolean): Recorded => {
      const { resources, outputs } = sampled("registry");
      return {
        outputs,
        resources: resources
          .filter(({ type }) => type === "slipway:index:RegistryIdentity")
          .map((one) => ({ ...one, type: `slipway:index:${kind}Identity`, isProtected })),
      };
    };
    for (const [kind, message] of [
      ["Registry", "violated: plant: its registry is not protected from deletion"],
      ["LogStore", "violated: plant: its store of logs is not protected from deletion"],
    ] as const) {
      assert.deepEqual(await told("SLW-CLU-010", its(kind, false)), [message]);
      assert.deepEqual(await told("SLW-CLU-010", its(kind, true)), []);
    }
  });

  test("is a cluster whose Pulumi stack says slipway:protect", async () => {
    assert.deepEqual(await told("SLW-CLU-010", sampled("protectedSwarm")), []);
    const open = sampled("swarm");
    assert.deepEqual(await told("SLW-CLU-010", open), [
      "violated: prod: is not protected from deletion",
    ]);
    assert.deepEqual(
      await told("SLW-CLU-010", open, { exemptions: [exemption("SLW-CLU-010", "prod")] }),
      ["exempted: prod: is not protected from deletion"],
    );
  });
});

describe("a registry that somebody deploys as an application", () => {
  const id = "SLW-CLU-011";
  const withImage = (image: string) =>
    changed(sampled("shop"), web, [...container, "Image"], image);
  const withEnvironment = (...env: readonly string[]) =>
    changed(withImage("registry:3.1.2"), web, [...container, "Env"], env);

  test("is found by its image or its command, and other programs are not", async () => {
    const open = [`violated: ${web}: asks nobody for an account, as far as its environment says`];
    for (const image of ["registry", "registry:3", "hub.test:5000/mirror/registry:3@sha256:00"])
      assert.deepEqual(await told(id, withImage(image)), open, image);
    const served = changed(sampled("shop"), web, [...container, "Args"], ["registry", "serve"]);
    assert.deepEqual(await told(id, served), open);
    assert.deepEqual(await told(id, sampled("shop")), []);
    assert.deepEqual(await told(id, withImage("hub.test/registry-ui:1.0.0")), []);
    const listed = { parameters: { images: ["*-ui"] } };
    assert.deepEqual(await told(id, withImage("hub.test/registry-ui:1.0.0"), listed), open);
  });

  test("may have TLS at the ingress, and asks for an account itself", async () => {
    assert.deepEqual(await told(id, withEnvironment("REGISTRY_AUTH=token")), []);
    assert.deepEqual(await told(id, withEnvironment("REGISTRY_AUTH_HTPASSWD_PATH=/x")), []);
    assert.deepEqual(
      await told(id, withEnvironment("REGISTRY_PROXY_REMOTEURL=https://x.test")),
      [],
    );
  });
});

test("an exemption whose day has passed is a violation", async () => {
  const expired = "SLW-APP-017 at shop_store (exemptions.yml:3:5, ops, 2026-01-01)";
  assert.deepEqual(await told("SLW-STK-004", sampled("shop")), []);
  assert.deepEqual(
    await told("SLW-STK-004", sampled("shop"), { surroundings: { expiredFor: () => [expired] } }),
    [`violated: stack: the exemption of ${expired} has expired`],
  );
});

test("an application of prod must not run on a cluster of dev, unless that is said", async () => {
  const surroundings = {
    environments: ["dev", "prod"],
    environmentOf: (stack: string) => (stack === "lab" ? "dev" : "prod"),
  };
  assert.deepEqual(await told("SLW-STK-002", sampled("shop"), { surroundings }), [
    "violated: stack: of prod runs on cluster lab, which is of dev",
  ]);
  assert.deepEqual(
    await told("SLW-STK-002", sampled("shop"), {
      surroundings,
      parameters: { sharesWith: ["dev"] },
    }),
    [],
  );
});

describe("who may talk to pods", () => {
  const id = "SLW-APP-030";

  test("is said by the policies that come from the networks of the file", async () => {
    assert.deepEqual(await told(id, sampled("shopOnKubernetes")), []);
  });

  test("is not, without them", async () => {
    const { resources, outputs } = sampled("shopOnKubernetes");
    const open = {
      outputs,
      resources: resources.filter(({ type }) => !type.endsWith(":NetworkPolicy")),
    };
    const violation = `${kubeWeb}: no NetworkPolicy selects its pods`;
    assert.ok((await told(id, open)).includes(`violated: ${violation}`));
    const exempted = await told(id, open, { exemptions: [exemption(id, kubeWeb)] });
    assert.ok(exempted.includes(`exempted: ${violation}`));
  });

  test("is not said by policies about what goes out", async () => {
    const { resources, outputs } = sampled("shopOnKubernetes");
    const outgoing = resources.map((one) => {
      if (!one.type.endsWith(":NetworkPolicy")) return one;
      const inputs = structuredClone(one.inputs) as { spec: { policyTypes: readonly string[] } };
      inputs.spec.policyTypes = ["Egress"];
      return { ...one, inputs };
    });
    assert.ok(
      (await told(id, { outputs, resources: outgoing })).includes(
        `violated: ${kubeWeb}: no NetworkPolicy selects its pods`,
      ),
    );
  });

  test("is undetermined while a selector is not known", async () => {
    const name = "shop-prod-networkpolicy-default-deny";
    const unknown = changed(
      sampled("shopOnKubernetes"),
      name,
      ["spec", "podSelector"],
      unknownText,
    );
    assert.match((await told(id, unknown))[0] ?? "", /^undetermined: stack: spec\.podSelector is/);
  });
});
