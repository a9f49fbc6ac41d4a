import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ComposeProject, ComposeService } from "../../../../components/spec";
import type { KubernetesArgs } from "../../../../components/application/kubernetes";
import { cronTimes } from "../../../../components/application/kubernetes/schedule";
import { deploy, plan } from "../support/compose";
import { args, told, withServices } from "./support";

type Level = "restricted" | "baseline" | "privileged";

const at = (podSecurity: Level): Partial<ComposeProject> => ({ "x-slipway": { podSecurity } });
const web = (fields: Partial<ComposeService>, of: Partial<ComposeProject> = {}) =>
  told(withServices({ web: fields }, of));
const mount = (source: string) => ({ type: "volume" as const, source, target: `/${source}` });
const port = (mode: string, published?: string) => ({
  mode,
  target: 80,
  protocol: "tcp",
  ...(published !== undefined && { published }),
});

/** What a service is told of, by the beginning of each message. */
const cases: readonly (readonly [
  string,
  Partial<ComposeService>,
  readonly string[],
  Partial<ComposeProject>?,
])[] = [
  ["an ordinary service of nothing", { user: "1000", expose: ["80"] }, []],
  [
    "a label that Kubernetes can't have",
    { labels: { "a b": "c" } },
    ['warning: services.web.labels["a b"]: is no name that a label of Kubernetes can have'],
  ],
  [
    "a variable without a value",
    { environment: { A: null } },
    ["warning: services.web.environment.A: has no value"],
  ],
  [
    "placeholders of Swarm that Kubernetes has nothing for",
    { environment: { A: "{{.Task.Slot}}", B: "{{ index .Service.Labels 1 }}", C: "{{mustache}}" } },
    [
      "services.web.environment.A: has {{.Task.Slot}}, for which Kubernetes has nothing; it knows {{.Task.Name}}",
      "services.web.environment.B: has {{ index .Service.Labels 1 }}",
    ],
  ],
  [
    "constraints that Kubernetes can't ask of nodes",
    {
      deploy: deploy({
        placement: {
          constraints: [
            "node.role == worker",
            "engine.labels.a == b",
            "node.ip == 10.0.0.1",
            "node.labels.a == b c",
          ],
        },
      }),
    },
    [
      "services.web.deploy.placement.constraints[1]: is nothing that Kubernetes can ask of nodes: engine.labels.a == b; it knows node.labels.…",
      "services.web.deploy.placement.constraints[2]: is nothing",
      "services.web.deploy.placement.constraints[3]: is nothing",
    ],
  ],
  [
    "spreading over what is no label",
    { deploy: deploy({ placement: { preferences: [{ spread: "engine.labels.a" }] } }) },
    ["services.web.deploy.placement.preferences[0]: spreads over engine.labels.a"],
  ],
  [
    "a job on each node",
    { deploy: deploy({ mode: "global-job" }) },
    ["services.web.deploy.mode: runs once on each node, which Kubernetes has nothing for"],
  ],
  [
    "a host name with dots",
    { hostname: "web.example.com" },
    ["services.web.hostname: must have small letters, digits and - only on Kubernetes"],
  ],
  [
    "an extra host without an address",
    { extra_hosts: ["a=10.0.0.1", "b=host-gateway"] },
    ["services.web.extra_hosts[1]: needs an address"],
  ],
  [
    "more name servers than a pod can have",
    { dns: ["1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"] },
    ["services.web.dns: has 4 servers, and a pod can have 3"],
  ],
  [
    "a health check of the image's own",
    { healthcheck: { interval: "5s" } },
    ["warning: services.web.healthcheck: has no test"],
  ],
  [
    "an address of its own without ports",
    { deploy: deploy({ endpoint_mode: "vip" }), networks: { default: { aliases: ["www"] } } },
    [],
  ],
  [
    "services that are not to be restarted",
    { deploy: deploy({ restart_policy: { condition: "on-failure" } }), restart: "no" },
    [
      'warning: services.web.deploy.restart_policy.condition: is "on-failure", and services are always restarted',
    ],
  ],
  [
    "restart: no",
    { restart: "no" },
    ['warning: services.web.restart: is "no", and services are always restarted'],
  ],
  ["restart: unless-stopped of nothing", { restart: "unless-stopped" }, []],
  [
    "a job that is not to be restarted of nothing",
    { restart: "no", deploy: deploy({ mode: "replicated-job" }) },
    [],
  ],

  [
    "users and groups by name",
    { user: "www-data:1000", group_add: ["video", "44"] },
    [
      'services.web.user: is "www-data:1000", and Kubernetes knows users and groups by number only; write the numbers that www-data has in the image',
      'services.web.group_add[0]: is "video", and Kubernetes knows groups by number only',
    ],
  ],
  ["root by its name of nothing", { user: "root:root" }, []],
  [
    "root, where pod security is restricted",
    { user: "0" },
    ["services.web.user: runs as root, which pod security restricted does not allow"],
    at("restricted"),
  ],
  [
    "capabilities that are the node's",
    { cap_add: ["CHOWN", "SYS_ADMIN"] },
    ["services.web.cap_add[1]: is SYS_ADMIN, which pod security baseline does not allow"],
  ],
  [
    "all capabilities but one, where pod security is restricted",
    { user: "1", cap_add: ["NET_BIND_SERVICE", "CHOWN"] },
    ["services.web.cap_add[1]: is CHOWN"],
    at("restricted"),
  ],
  [
    "no capability, where pod security is privileged",
    { cap_add: ["SYS_ADMIN"] },
    [],
    at("privileged"),
  ],
  [
    "sysctls that are not safe",
    { sysctls: { "net.core.somaxconn": "1", "net.ipv4.tcp_syncookies": "1" } },
    ['services.web.sysctls["net.core.somaxconn"]: is not safe for other pods'],
  ],
  [
    "sysctls that the kubelet has to allow",
    { sysctls: { "net.core.somaxconn": "1" } },
    [
      'warning: services.web.sysctls["net.core.somaxconn"]: is not safe for other pods of its node: the kubelet',
    ],
    at("privileged"),
  ],
  [
    "files of several groups",
    {
      secrets: [
        { source: "a", gid: "1" },
        { source: "b", gid: "2" },
      ],
    },
    [
      "warning: services.web.secrets: are to belong to the groups 1 and 2, and a pod's files have one: 1",
    ],
  ],

  [
    "paths of the node",
    { volumes: [{ type: "bind", source: "/srv", target: "/srv" }] },
    [
      "services.web.volumes[0]: mounts a path of the node, which pod security baseline does not allow",
    ],
  ],
  [
    "paths of the node, where pod security is privileged, of nothing",
    { volumes: [{ type: "bind", source: "/srv", target: "/srv" }] },
    [],
    at("privileged"),
  ],
  [
    "mounts that the node is to see",
    {
      volumes: [{ type: "bind", source: "/srv", target: "/srv", bind: { propagation: "rshared" } }],
    },
    ["services.web.volumes[0].bind.propagation: gives the node what the container mounts"],
    at("privileged"),
  ],
  [
    "ports of the node",
    { ports: [port("host", "80")] },
    [
      "services.web.ports[0]: takes a port of the node (mode host), which pod security baseline does not allow",
    ],
  ],
  [
    "ports of the node that it is to choose",
    { ports: [port("host")] },
    ["services.web.ports[0]: is in mode host without a port of the node"],
    at("privileged"),
  ],
  [
    "ports that nodes do not open",
    { ports: [port("ingress", "30000"), port("ingress", "8080"), port("ingress")] },
    [
      "services.web.ports[1]: publishes port 8080, and nodes of this cluster open ports from 30000 to 32767 only",
    ],
  ],

  [
    "a number of replicas that is not known",
    { "x-slipway": { autoscale: { min: 1, max: 2, cpuPercent: 50 } } },
    [
      "services.web.x-slipway.autoscale: needs to know what a task has: set deploy.resources.reservations.cpus",
    ],
  ],
  [
    "replicas beside autoscale",
    {
      deploy: deploy({ replicas: 2, resources: { reservations: { cpus: 1 } } }),
      "x-slipway": { autoscale: { min: 1, max: 2, cpuPercent: 50 } },
    },
    [
      "warning: services.web.deploy.replicas: has no effect on Kubernetes: autoscale decides, from 1 to 2",
    ],
  ],
  [
    "autoscale of one task on each node",
    {
      deploy: deploy({ mode: "global", resources: { reservations: { cpus: 1 } } }),
      "x-slipway": { autoscale: { min: 1, max: 2, cpuPercent: 50 } },
    },
    ["services.web.x-slipway.autoscale: has no effect with mode: global"],
  ],
];

describe("a file is told of", () => {
  for (const [title, fields, expected, of] of cases)
    test(title, () => {
      const found = web(fields, of);
      assert.equal(found.length, expected.length, found.join("\n"));
      for (const [index, text] of expected.entries())
        assert.equal(found[index]?.slice(0, text.length), text);
    });
});

describe("a volume", () => {
  const volumes = { data: { name: "shop_data" } };
  const shared = { data: { name: "shop_data", "x-slipway": { shared: true } } };

  test("is one node's: not in several tasks, not on every node, not scaled", () => {
    const path = "services.web.volumes[0]: has the volume data in";
    for (const [fields, many] of [
      [{ deploy: deploy({ replicas: 2 }) }, "2 tasks"],
      [{ deploy: deploy({ mode: "global" }) }, "a task on each node"],
    ] as const) {
      const found = web({ ...fields, volumes: [mount("data")] }, { volumes });
      assert.match(
        found[0] ?? "",
        new RegExp(`^${path.replace(/[[\].]/g, "\\$&")} ${many}, and on Kubernetes only one node`),
      );
      assert.deepEqual(web({ ...fields, volumes: [mount("data")] }, { volumes: shared }), []);
    }
  });

  test("is one service's, unless it is shared", () => {
    const both = { web: { volumes: [mount("data")] }, api: { volumes: [mount("data")] } };
    assert.match(
      told(withServices(both, { volumes })).join("\n"),
      /^services\.api\.volumes\[0\]: has the volume data, which web has too, and on Kubernetes only one node has it at a time \(ReadWriteOnce\); give each its own, or set x-slipway\.shared: true/,
    );
    assert.deepEqual(told(withServices(both, { volumes: shared })), []);
  });

  test("of options that Kubernetes does not know is told, NFS only where pod security is restricted", () => {
    const options = (type: string, o: string) => ({
      volumes: { data: { name: "shop_data", driver_opts: { type, o, device: "//nas/export" } } },
    });
    const mounted = { user: "1000", volumes: [mount("data")] };
    assert.match(
      web(mounted, options("cifs", "addr=nas"))[0] ?? "",
      /^volumes\.data\.driver_opts: mounts cifs by options/,
    );
    assert.deepEqual(web(mounted, options("nfs", "addr=nas")), []);
    assert.match(
      web(mounted, { ...options("nfs", "addr=nas"), ...at("restricted") })[0] ?? "",
      /^services\.web\.volumes\[0\]: mounts NFS by itself/,
    );
    assert.match(web(mounted, options("none", "bind"))[0] ?? "", /mounts a path of the node/);
  });
});

describe("a name", () => {
  const names = (
    services: Record<string, Partial<ComposeService>>,
    fields: Partial<KubernetesArgs> = {},
  ) => told(withServices(services), fields);

  test("with an underscore is another one on Kubernetes, which is told where others may call it", () => {
    assert.deepEqual(names({ my_db: {}, Web: {} }), [
      "warning: services.my_db: is reached as my-db on Kubernetes, whose names have small letters, digits and - only; use that name wherever others call it",
    ]);
    assert.deepEqual(names({ my_job: {} }), [], "nobody is there to call it");
  });

  test("is one service's", () => {
    assert.match(
      names({ my_db: {}, "my-db": {} }).join("\n"),
      /^services\.my-db: would be called my-db on Kubernetes, as the service my_db is/,
    );
  });

  test("begins with a letter", () => {
    assert.match(
      names({ "2fa": {}, web: {} })[0] ?? "",
      /^services\["2fa"\]: can't be reached by name/,
    );
  });

  test("of a published port's Service is Slipway's own", () => {
    const ports = [port("ingress", "30080")];
    assert.match(
      names({ web: { ports }, "web-published": {} })[0] ?? "",
      /^services\.web-published: has the name under which the ports of web are published/,
    );
  });

  test("that is an alias has no dots, and is no other service's", () => {
    const aliased = (alias: string) => ({
      web: { networks: { default: { aliases: [alias] } } },
      db: {},
    });
    assert.match(
      names(aliased("db.example"))[0] ?? "",
      /^services\.web\.networks\.default\.aliases: can't be a name on Kubernetes: "db\.example"/,
    );
    assert.match(names(aliased("db"))[0] ?? "", /is the name of the service db/);
    assert.deepEqual(names(aliased("www")), []);
    assert.deepEqual(names(aliased("web")), [], "its own name is none besides");
  });

  test("of a namespace is not Kubernetes' own", () => {
    assert.match(
      names({ web: {} }, { application: "kube-system" })[0] ?? "",
      /would be in the namespace kube-system, which is Kubernetes' own/,
    );
  });
});

describe("configs and secrets", () => {
  test("have at most 1 MiB", () => {
    const of = withServices({ web: {} });
    const file = (bytes: number) => ({ big: Buffer.alloc(bytes).toString("base64") });
    const found = (bytes: number) =>
      told(of, args(of, { plan: { ...plan(of), configs: file(bytes), secrets: file(bytes) } }));
    assert.deepEqual(found(2 ** 20), []);
    assert.deepEqual(
      found(2 ** 20 + 1).map((text) => text.slice(0, 60)),
      [
        "configs.big: has 1025 KiB, and Kubernetes keeps at most 1024 ",
        "secrets.big: has 1025 KiB, and Kubernetes keeps at most 1024 ",
      ].map((text) => text.slice(0, 60)),
    );
  });
});

test("an external network is told to be called by names with the application", () => {
  const networks = { default: { name: "partners", ipam: {}, external: true as const } };
  assert.match(
    web({}, { networks })[0] ?? "",
    /^warning: networks\.default: is external: .* <service>\.<application>/,
  );
});

test("a load balancer has every port", () => {
  const of = withServices({ web: { ports: [port("ingress", "80")] } });
  assert.deepEqual(told(of, { hasLoadBalancer: true }), []);
});

describe("times of a job", () => {
  const cases: readonly (readonly [string, object | undefined])[] = [
    ["0 3 * * *", { schedule: "0 3 * * *", timeZone: "Etc/UTC" }],
    ["@daily", { schedule: "@daily", timeZone: "Etc/UTC" }],
    ["@every 90m", { schedule: "@every 90m", timeZone: "Etc/UTC" }],
    [
      "TZ=Europe/Zurich 30 3 * * mon-fri",
      { schedule: "30 3 * * mon-fri", timeZone: "Europe/Zurich" },
    ],
    ["CRON_TZ=Europe/Zurich @daily", { schedule: "@daily", timeZone: "Europe/Zurich" }],
    ["0 30 3 1 * *", { schedule: "30 3 1 * *", timeZone: "Etc/UTC" }],
    ["*/10 * * * * *", undefined],
  ];
  for (const [text, expected] of cases)
    test(text, () => {
      assert.deepEqual(cronTimes(text), expected);
    });

  test("within a minute are none that Kubernetes keeps", () => {
    const jobs = { often: { when: "schedule", schedule: "30 * * * * *", service: "web" } } as const;
    assert.deepEqual(told(withServices({ web: {} }, { "x-slipway": { jobs } })), [
      "x-slipway.jobs.often.schedule: names seconds, and Kubernetes starts jobs by the minute; begin it with 0, or leave the field for seconds out",
    ]);
  });
});
