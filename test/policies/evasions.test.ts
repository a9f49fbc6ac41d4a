/**
 * What says the same in other words: a rule is about what an engine or the API server makes of a resource, and not about how
 * somebody has written it.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ruleOf } from "../../policies/rules";
import { unknownText } from "../../policies/core/value";
import { changed, judged, registry, silent, type Judging } from "./support/judge";
import type { Recorded } from "./support/recorded";
import { recording } from "./support/recording";

const web = { Swarm: "shop-prod-web", Kubernetes: "shop-prod-deployment-web" } as const;
type Layer = keyof typeof web;

const samples: Readonly<Record<Layer, Recorded>> = {
  Swarm: recording("swarm-application"),
  Kubernetes: recording("kubernetes-application"),
};
const container = ["spec", "TaskTemplate", "ContainerSpec"];
const pod = ["spec", "template", "spec"];
const inPod = [...pod, "containers", 0];

type Change = readonly [path: readonly (string | number)[], value: unknown];

/** The outcome of a rule at the sample's service with other inputs, and what it says. */
async function outcome(
  id: string,
  layer: Layer,
  changes: readonly Change[],
  judging: Judging = {},
): Promise<string> {
  const open = changes.reduce<Recorded>(
    (known, [path, value]) => changed(known, web[layer], path, value, true),
    samples[layer],
  );
  const results = await judged(ruleOf(id) ?? assert.fail(id), open, judging);
  const own = results.find(({ subject }) => subject?.resource.name === web[layer]);
  return own === undefined ? "nothing" : [own.outcome, ...own.messages].join(": ");
}

const mount = (of: object): Change => [[...container, "Mounts"], [{ Target: "/x", ...of }]];
const bind = (driver: object) =>
  mount({ Type: "volume", Source: "x", VolumeOptions: { DriverConfig: driver } });
const hostPath = (path: string, readOnly = false): readonly Change[] => [
  [[...pod, "volumes"], [{ name: "x", hostPath: { path } }]],
  [[...inPod, "volumeMounts"], [{ name: "x", mountPath: "/x", readOnly }]],
];
const label = (labels: object): Change => [["spec", "Labels"], labels];
const command = (...words: readonly string[]): Change => [[...container, "Args"], words];
const environment = (...env: readonly string[]): Change => [[...container, "Env"], env];

const violated: readonly (readonly [id: string, layer: Layer, ...Change[]])[] = [
  ["SLW-APP-001", "Swarm", [[...container, "Image"], "nginx:Latest"]],
  ["SLW-APP-001", "Swarm", [[...container, "Image"], "nginx:stable-alpine"]],
  ["SLW-APP-004", "Kubernetes", [[...inPod, "resources"], { limits: { cpu: "0", memory: "0" } }]],
  [
    "SLW-APP-008",
    "Kubernetes",
    [
      [...pod, "ephemeralContainers"],
      [{ name: "x", image: "x:1", securityContext: { privileged: true } }],
    ],
  ],
  ["SLW-APP-009", "Swarm", [["spec", "Networks"], [{ Target: "host" }]]],
  ["SLW-APP-010", "Swarm", mount({ Type: "bind", Source: "//var/run/docker.sock" })],
  ["SLW-APP-010", "Swarm", mount({ Type: "bind", Source: "/tmp/../run/docker.sock" })],
  ["SLW-APP-010", "Swarm", mount({ Type: "bind", Source: "/run/k3s/containerd/containerd.sock" })],
  ["SLW-APP-010", "Kubernetes", ...hostPath("/var/run/crio/crio.sock")],
  ["SLW-APP-011", "Swarm", mount({ Type: "BIND", Source: "/etc" })],
  ["SLW-APP-011", "Swarm", mount({ Source: "/etc" })],
  ["SLW-APP-011", "Swarm", bind({ Options: { type: "none", o: "bind", device: "/" } })],
  ["SLW-APP-011", "Swarm", bind({ Name: "local", Options: { o: "ro,rbind", device: "/etc" } })],
  ["SLW-APP-011", "Kubernetes", ...hostPath("//etc")],
  ["SLW-APP-011", "Kubernetes", ...hostPath("/var")],
  ["SLW-APP-011", "Kubernetes", ...hostPath("/.")],
  ["SLW-APP-011", "Kubernetes", ...hostPath("/etc/ssl/certs")],
  ["SLW-APP-015", "Swarm", environment("REDIS_URL=redis://:hush@redis:6379")],
  ["SLW-APP-015", "Swarm", environment("PGPASSWORD=hush")],
  ["SLW-APP-015", "Swarm", environment("MYSQL_PWD=hush")],
  ["SLW-APP-015", "Swarm", environment("DB_PASS=hush")],
  ["SLW-APP-015", "Swarm", environment("SECRET_KEY_BASE=hush")],
  ["SLW-APP-015", "Swarm", environment("dbPassword=hush")],
  ["SLW-APP-015", "Swarm", environment("CONN=Server=db;Password=hush;")],
  ["SLW-APP-015", "Swarm", environment("DSN=user:hush@tcp(db)/shop")],
  ["SLW-APP-016", "Swarm", command("sh", "-c", "app --password=hush")],
  ["SLW-APP-016", "Swarm", command("env", "DB_PASSWORD=hush", "app")],
  ["SLW-APP-016", "Swarm", command("java", "-Dpassword=hush")],
  [
    "SLW-APP-016",
    "Swarm",
    [[...container, "Healthcheck"], { Test: ["CMD-SHELL", "ping --token hush"] }],
  ],
  [
    "SLW-APP-016",
    "Kubernetes",
    [[...inPod, "lifecycle"], { preStop: { exec: { command: ["bye", "--password=hush"] } } }],
  ],
  ["SLW-APP-017", "Swarm", [["spec", "Mode"], { Replicated: {} }]],
  [
    "SLW-APP-017",
    "Swarm",
    [["spec", "Mode"], { Replicated: { Replicas: 1 } }],
    label({ "swarm.cronjob.schedule": "never" }),
  ],
  [
    "SLW-APP-018",
    "Swarm",
    [["spec", "TaskTemplate", "Placement"], { Constraints: [" Node.Hostname == a"] }],
  ],
  [
    "SLW-APP-019",
    "Swarm",
    [["spec", "UpdateConfig"], { FailureAction: "rollback", MaxFailureRatio: 1 }],
  ],
  [
    "SLW-APP-019",
    "Kubernetes",
    [["spec", "strategy"], { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } }],
  ],
  [
    "SLW-APP-028",
    "Kubernetes",
    [
      [...pod, "volumes"],
      [{ name: "x", projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }],
    ],
  ],
  [
    "SLW-STK-001",
    "Swarm",
    [["spec", "EndpointSpec"], { Ports: [{ TargetPort: 8080, Protocol: "tcp" }] }],
  ],
  [
    "SLW-STK-001",
    "Swarm",
    label({ "traefik.enable": "true", "traefik.tcp.routers.x.rule": "HostSNI(`*`)" }),
  ],
  ["SLW-STK-001", "Swarm", label({ "traefik.enable": "true" })],
  [
    "SLW-STK-001",
    "Swarm",
    label({
      "traefik.http.routers.x.rule": "Host(`x`)",
      "traefik.http.routers.x.middlewares": "redirect-to-www@file",
    }),
  ],
];

const amount = (memory: string): Change => [
  [...inPod, "resources"],
  { limits: { cpu: "1", memory } },
];

const passed: readonly (readonly [id: string, layer: Layer, ...Change[]])[] = [
  ["SLW-APP-001", "Swarm", [[...container, "Image"], "nginx:1.29.0-alpine"]],
  ["SLW-APP-011", "Swarm", mount({ Type: "bind", Source: "/srv/shop" })],
  ["SLW-APP-011", "Swarm", mount({ Type: "bind", Source: "/etc/localtime/", ReadOnly: true })],
  ["SLW-APP-011", "Swarm", bind({ Name: "nfs", Options: { o: "bind", device: "/etc" } })],
  ["SLW-APP-011", "Swarm", bind({ Options: { type: "nfs", o: "addr=nas", device: ":/etc" } })],
  ["SLW-APP-011", "Kubernetes", ...hostPath("/variable")],
  ["SLW-APP-011", "Kubernetes", ...hostPath("/etc/ssl/certs", true)],
  [
    "SLW-APP-015",
    "Swarm",
    environment("ALLOW_EMPTY_PASSWORD=1", "PWD=/app", "TOKEN_URL=https://x.test/token"),
  ],
  ["SLW-APP-015", "Swarm", environment("PASSWORD_FILE=/run/secrets/password", "COMPASS=north")],
  [
    "SLW-APP-016",
    "Swarm",
    command("app", "--image-pull-secret", "regcred", "--tls-secret=own", "PATH=/bin"),
  ],
  ["SLW-APP-016", "Swarm", command("sh", "-c", 'app --password="$DB_PASSWORD" --verbose')],
  [
    "SLW-APP-028",
    "Kubernetes",
    [
      [...pod, "volumes"],
      [
        {
          name: "x",
          projected: { sources: [{ serviceAccountToken: { path: "token", audience: "vault" } }] },
        },
      ],
    ],
  ],
  [
    "SLW-STK-001",
    "Swarm",
    label({
      "traefik.enable": "true",
      "traefik.http.routers.x.rule": "Host(`x`)",
      "traefik.http.routers.x.tls.certresolver": "le",
    }),
  ],
  [
    "SLW-STK-001",
    "Swarm",
    label({
      "traefik.http.routers.x.rule": "Host(`x`)",
      "traefik.http.routers.x.middlewares": "slipway-redirect@file",
    }),
  ],
];

const told = (changes: readonly Change[]) => JSON.stringify(changes.map(([, value]) => value));

describe("what a rule forbids is found", () => {
  for (const [id, layer, ...changes] of violated) {
    test(`${id} on ${layer}: ${told(changes)}`, async () => {
      assert.match(await outcome(id, layer, changes), /^violated/);
    });
  }
});

test("what is not known of one container hides nothing that is wrong with another", async () => {
  const [image, path] = [
    { name: "later", image: unknownText },
    { name: "later", volumeMounts: [{ name: unknownText }] },
  ].map((first): Change => [[...pod, "initContainers"], [first]]);
  const wrong: Change = [[...inPod, "image"], "x.test/shop:latest"];
  assert.match(
    await outcome("SLW-APP-001", "Kubernetes", [image ?? assert.fail(), wrong]),
    /^violated: container web/,
  );
  assert.match(
    await outcome("SLW-APP-011", "Kubernetes", [path ?? assert.fail(), ...hostPath("/etc")]),
    /^violated: container web/,
  );
});

test("an amount that is none is no limit, and stops no other rule", async () => {
  for (const text of ["64MB", ""])
    assert.match(
      await outcome("SLW-APP-004", "Kubernetes", [amount(text)]),
      /^violated: .*memory$/,
    );
});

describe("what a rule allows is left alone", () => {
  for (const [id, layer, ...changes] of passed) {
    test(`${id} on ${layer}: ${told(changes)}`, async () => {
      assert.equal(await outcome(id, layer, changes), "passed");
    });
  }
});

test("a registry that does not answer hides no container that runs as root", async () => {
  const changes: readonly Change[] = [
    [[...pod, "securityContext"], {}],
    [[...pod, "initContainers"], [{ name: "first", image: "registry.test/first:1" }]],
    [[...inPod, "securityContext"], { runAsUser: 0 }],
  ];
  const found = await outcome("SLW-APP-012", "Kubernetes", changes, { ask: silent });
  assert.match(found, /^violated: container web: runs as root/);
});

describe("objects beside the applications of Slipway", () => {
  const said = async (id: string, kind: string, spec: object) => {
    const [first] = samples.Kubernetes.resources;
    const own = {
      ...(first ?? assert.fail("nothing was recorded")),
      urn: `urn:pulumi:shop-prod::slipway::kubernetes:x/v1:${kind}::one`,
      type: `kubernetes:x/v1:${kind}`,
      name: "one",
      inputs: { metadata: { namespace: "shop", name: "one" }, spec },
    };
    const results = await judged(ruleOf(id) ?? assert.fail(id), { resources: [own], outputs: {} });
    return results.map(({ outcome: one, messages }) => [one, ...messages].join(": "));
  };

  test("an autoscaler leaves enough tasks", async () => {
    const id = "SLW-APP-017";
    const kind = "HorizontalPodAutoscaler";
    assert.deepEqual(await said(id, kind, { minReplicas: 1 }), [
      "violated: has 1 task, fewer than 2",
    ]);
    assert.deepEqual(await said(id, kind, {}), ["violated: has 1 task, fewer than 2"]);
    assert.deepEqual(await said(id, kind, { minReplicas: 2 }), ["passed"]);
  });

  test("a service is no way around the ingress, and a route of Traefik has TLS", async () => {
    const id = "SLW-STK-001";
    assert.match(
      (await said(id, "Service", { externalIPs: ["10.0.0.1"] }))[0] ?? "",
      /externalIPs/,
    );
    assert.deepEqual(await said(id, "Service", { type: "ClusterIP" }), ["passed"]);
    assert.deepEqual(await said(id, "IngressRoute", {}), ["violated: has no TLS"]);
    assert.deepEqual(await said(id, "IngressRoute", { tls: {} }), ["passed"]);
  });
});

test("an image too large is told beside one that nobody can be asked for", async () => {
  const ask = {
    image: (name: string) =>
      name.includes("first") ? silent.image(name) : Promise.resolve({ sizeBytes: 9e9, user: "1" }),
  };
  const first: Change = [[...pod, "initContainers"], [{ name: "first", image: "x.test/first:1" }]];
  assert.match(
    await outcome("SLW-APP-003", "Kubernetes", [first], { ask }),
    /^violated: container web: .*9000 MB/,
  );
  assert.equal(await outcome("SLW-APP-003", "Kubernetes", [], { ask: registry }), "passed");
});

test("what patches a deployment, and a controller of the first days, are judged as it is", async () => {
  for (const type of [
    "kubernetes:apps/v1:DeploymentPatch",
    "kubernetes:core/v1:ReplicationController",
  ]) {
    const { resources, outputs } = changed(
      samples.Kubernetes,
      web.Kubernetes,
      [...pod, "hostPID"],
      true,
      true,
    );
    const own = resources.filter(({ name }) => name === web.Kubernetes);
    const results = await judged(ruleOf("SLW-APP-009") ?? assert.fail(), {
      outputs,
      resources: own.map((one) => ({ ...one, type })),
    });
    assert.deepEqual(
      results.map((one) => one.outcome),
      ["violated"],
      type,
    );
  }
});

describe("passwords of cloud-init are found", () => {
  const holds = async (text: string) => {
    const [first] = recording("swarm-cluster").resources.filter(({ type }) =>
      type.endsWith(":VirtualMachine"),
    );
    const machine = first ?? assert.fail("no machine was recorded");
    const inputs = machine.inputs as { extraConfig: object };
    const extraConfig = { "guestinfo.userdata": Buffer.from(text).toString("base64") };
    const [result] = await judged(ruleOf("SLW-VM-005") ?? assert.fail(), {
      resources: [{ ...machine, inputs: { ...inputs, extraConfig } }],
      outputs: {},
    });
    return result?.outcome;
  };
  const key = Buffer.from("-----BEGIN OPENSSH PRIVATE KEY-----\nhush\n").toString("base64");
  const wrong = [
    'chpasswd:\n  list: "root:hush"\n',
    "chpasswd: { list: [root:hush] }\n",
    "users:\n  - {name: root, password: hush}\n",
    "users:\n  - {name: a, plain_text_passwd: hush}\n",
    '{"users": [{"name": "a", "password": "hush"}]}\n',
    "runcmd:\n  - echo root:hush | chpasswd\n",
    `write_files:\n  - path: /root/.ssh/id\n    encoding: b64\n    content: ${key}\n`,
  ];
  for (const text of wrong)
    test(JSON.stringify(text), async () => {
      assert.equal(await holds(`#cloud-config\n${text}`), "violated");
    });

  test("and hashes, keys and what locks an account are not", async () => {
    const right = [
      "mirror: https://mirror.test\nmail:ops@site.test\n",
      "users:\n  - name: a\n    lock_passwd: true\n    passwd: $6$salt$hash\n",
      "users:\n  - name: a\n    passwd: '*'\n",
      "chpasswd: { expire: false }\nssh_pwauth: false\n",
      `ssh_authorized_keys: ["ssh-ed25519 ${"A".repeat(68)}"]\n# base64\n`,
    ];
    for (const text of right) assert.equal(await holds(`#cloud-config\n${text}`), "passed", text);
  });
});
