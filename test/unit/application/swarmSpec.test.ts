import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import {
  jobServices,
  jobsThatRun,
  runOf,
  timeoutSeconds,
} from "../../../components/application/jobs";
import { canStartFirst } from "../../../components/application/service";
import {
  deploymentJobSpec,
  jobSpec,
  scheduledSpec,
} from "../../../components/application/swarm/jobs";
import { swarmNetwork } from "../../../components/application/swarm/networks";
import { serviceSpec } from "../../../components/application/swarm/serviceSpec";
import type { ComposeProject, ComposeService } from "../../../components/spec";
import { assertGolden } from "../spec/golden";
import { deploy, names, pinned, plan, project, service } from "./support/compose";

const references = {
  networks: new Map([
    ["default", "default-id"],
    ["front", "front-id"],
  ]),
  configs: new Map([["settings", { id: "settings-id", name: "shop_settings-1" }]]),
  secrets: new Map([["key", { id: "key-id", name: "shop_key-1" }]]),
};
const argsOf = (fields: Partial<ComposeService>, of: Partial<ComposeProject> = {}) => ({
  names,
  project: project({ services: { web: service(fields) }, ...of }),
  key: "web",
  image: pinned("registry.test/hello:1.0.0"),
  references,
});

interface Spec {
  readonly Labels: object;
  readonly TaskTemplate: Readonly<Record<string, unknown>> & {
    readonly ContainerSpec: Readonly<Record<string, unknown>>;
  };
  readonly [field: string]: unknown;
}
const specOf = (fields: Partial<ComposeService>, of: Partial<ComposeProject> = {}) =>
  serviceSpec(argsOf(fields, of)) as unknown as Spec;
const container = (fields: Partial<ComposeService>, of: Partial<ComposeProject> = {}) =>
  specOf(fields, of).TaskTemplate.ContainerSpec;

/** One field of the file, and what of the service it becomes. */
const containerCases: readonly [string, Partial<ComposeService>, object][] = [
  ["entrypoint", { entrypoint: ["/init"] }, { Command: ["/init"] }],
  ["command", { command: ["serve", "-v"] }, { Args: ["serve", "-v"] }],
  ["hostname", { hostname: "web-1" }, { Hostname: "web-1" }],
  [
    "environment, in order, with names that take the image's own away",
    { environment: { B: "2", A: "1=x", C: null } },
    { Env: ["A=1=x", "B=2", "C"] },
  ],
  ["working_dir", { working_dir: "/srv" }, { Dir: "/srv" }],
  [
    "user and group_add",
    { user: "1000:1000", group_add: ["mail"] },
    { User: "1000:1000", Groups: ["mail"] },
  ],
  ["tty and stdin_open", { tty: true, stdin_open: true }, { TTY: true, OpenStdin: true }],
  ["read_only", { read_only: true }, { ReadOnly: true }],
  ["init, also where it is off", { init: false }, { Init: false }],
  [
    "stop_signal and stop_grace_period",
    { stop_signal: "SIGINT", stop_grace_period: "1m30s" },
    { StopSignal: "SIGINT", StopGracePeriod: 90e9 },
  ],
  [
    "healthcheck",
    {
      healthcheck: {
        test: ["CMD", "/hello"],
        interval: "2s",
        timeout: "1m30s",
        start_period: "5s",
        retries: 3,
      },
    },
    {
      Healthcheck: {
        Test: ["CMD", "/hello"],
        Interval: 2e9,
        Timeout: 90e9,
        StartPeriod: 5e9,
        Retries: 3,
      },
    },
  ],
  [
    "healthcheck that only changes the image's times",
    { healthcheck: { interval: "2s" } },
    { Healthcheck: { Interval: 2e9, Timeout: 0, StartPeriod: 0, Retries: 0 } },
  ],
  [
    "healthcheck that is off",
    { healthcheck: { disable: true } },
    { Healthcheck: { Test: ["NONE"] } },
  ],
  [
    "extra_hosts, as lines of /etc/hosts",
    { extra_hosts: ["db=10.0.0.1", "six=fd00::1"] },
    { Hosts: ["10.0.0.1 db", "fd00::1 six"] },
  ],
  [
    "dns",
    { dns: ["10.0.0.53"], dns_search: ["test"], dns_opt: ["ndots:1"] },
    { DNSConfig: { Nameservers: ["10.0.0.53"], Search: ["test"], Options: ["ndots:1"] } },
  ],
  [
    "cap_add and cap_drop",
    { cap_add: ["NET_ADMIN"], cap_drop: ["ALL"] },
    { CapabilityAdd: ["NET_ADMIN"], CapabilityDrop: ["ALL"] },
  ],
  [
    "sysctls",
    { sysctls: { "net.core.somaxconn": "1024" } },
    { Sysctls: { "net.core.somaxconn": "1024" } },
  ],
  [
    "ulimits, short and long, by name",
    { ulimits: { nproc: 65535, nofile: { soft: 1, hard: 2 } } },
    {
      Ulimits: [
        { Name: "nofile", Soft: 1, Hard: 2 },
        { Name: "nproc", Soft: 65535, Hard: 65535 },
      ],
    },
  ],
  [
    "configs, by default at the root and readable",
    {
      configs: [
        { source: "settings" },
        { source: "settings", target: "/etc/s", uid: "1", gid: "2", mode: "0440" },
      ],
    },
    {
      Configs: [
        {
          ConfigID: "settings-id",
          ConfigName: "shop_settings-1",
          File: { Name: "/settings", UID: "0", GID: "0", Mode: 0o444 },
        },
        {
          ConfigID: "settings-id",
          ConfigName: "shop_settings-1",
          File: { Name: "/etc/s", UID: "1", GID: "2", Mode: 0o440 },
        },
      ],
    },
  ],
  [
    "secrets, by default in /run/secrets",
    { secrets: [{ source: "key" }] },
    {
      Secrets: [
        {
          SecretID: "key-id",
          SecretName: "shop_key-1",
          File: { Name: "/run/secrets/key", UID: "0", GID: "0", Mode: 0o444 },
        },
      ],
    },
  ],
  ["isolation", { isolation: "hyperv" }, { Isolation: "hyperv" }],
  [
    "labels, beside the one of docker stack",
    { labels: { a: "b" } },
    { Labels: { a: "b", "com.docker.stack.namespace": "shop" } },
  ],
  [
    "tmpfs, with size and mode",
    { tmpfs: ["/run", "/tmp:size=64m,mode=1777,noexec"] },
    {
      Mounts: [
        { Type: "tmpfs", Target: "/run", TmpfsOptions: {} },
        { Type: "tmpfs", Target: "/tmp", TmpfsOptions: { SizeBytes: 64 * 2 ** 20, Mode: 0o1777 } },
      ],
    },
  ],
  [
    "volumes: bind, tmpfs and anonymous",
    {
      volumes: [
        {
          type: "bind",
          source: "/etc/hosts",
          target: "/h",
          read_only: true,
          bind: { propagation: "rslave" },
        },
        { type: "tmpfs", target: "/t", tmpfs: { size: "1048576", mode: 0o700 } },
        { type: "volume", target: "/a" },
      ],
    },
    {
      Mounts: [
        {
          Type: "bind",
          Target: "/h",
          ReadOnly: true,
          Source: "/etc/hosts",
          BindOptions: { Propagation: "rslave" },
        },
        { Type: "tmpfs", Target: "/t", TmpfsOptions: { SizeBytes: 1048576, Mode: 0o700 } },
        {
          Type: "volume",
          Target: "/a",
          Source: "",
          VolumeOptions: { Labels: { "com.docker.stack.namespace": "shop" } },
        },
      ],
    },
  ],
];

const bare = container({});

describe("what runs in a task is what the file says of", () => {
  for (const [name, fields, expected] of containerCases)
    test(name, () => {
      assert.deepEqual(container(fields), { ...bare, ...expected });
    });

  test("nothing: the rest is the image's and the engine's", () => {
    assert.deepEqual(bare, {
      Image: pinned("registry.test/hello:1.0.0").image,
      Labels: { "com.docker.stack.namespace": "shop" },
      Env: [],
      Mounts: [],
    });
  });

  test("volumes of the application, of others, and with a driver", () => {
    const mount = (source: string) => ({ type: "volume" as const, source, target: `/${source}` });
    const volumes = {
      own: { name: "shop_own", labels: { a: "b" } },
      theirs: { name: "their-data", external: true as const },
      nfs: { name: "shop_nfs", driver_opts: { type: "nfs", o: "addr=10.0.0.1" } },
    };
    const mounted = container(
      { volumes: [{ ...mount("own"), volume: { nocopy: true } }, mount("theirs"), mount("nfs")] },
      { volumes },
    ).Mounts;
    const stack = { "com.docker.stack.namespace": "shop" };
    assert.deepEqual(mounted, [
      {
        Type: "volume",
        Target: "/own",
        Source: "shop_own",
        VolumeOptions: { NoCopy: true, Labels: { a: "b", ...stack } },
      },
      { Type: "volume", Target: "/theirs", Source: "their-data", VolumeOptions: { Labels: {} } },
      {
        Type: "volume",
        Target: "/nfs",
        Source: "shop_nfs",
        VolumeOptions: {
          Labels: stack,
          DriverConfig: { Name: "local", Options: { type: "nfs", o: "addr=10.0.0.1" } },
        },
      },
    ]);
  });
});

describe("a service's", () => {
  const policy = (fields: Partial<ComposeService>) => specOf(fields).TaskTemplate.RestartPolicy;
  const restarts: readonly [string, Partial<ComposeService>, object][] = [
    ["default is any", {}, { Condition: "any" }],
    ["restart: always", { restart: "always" }, { Condition: "any" }],
    ["restart: unless-stopped", { restart: "unless-stopped" }, { Condition: "any" }],
    ["restart: no", { restart: "no" }, { Condition: "none" }],
    [
      "restart: on-failure:3",
      { restart: "on-failure:3" },
      { Condition: "on-failure", MaxAttempts: 3 },
    ],
    [
      "restart_policy goes before restart",
      {
        restart: "no",
        deploy: deploy({
          restart_policy: { condition: "on-failure", delay: "1s", max_attempts: 2, window: "1m0s" },
        }),
      },
      { Condition: "on-failure", Delay: 1e9, MaxAttempts: 2, Window: 60e9 },
    ],
  ];
  for (const [name, fields, expected] of restarts)
    test(`restart policy: ${name}`, () => {
      assert.deepEqual(policy(fields), { Delay: 5e9, MaxAttempts: 0, Window: 0, ...expected });
    });

  test("log goes where the file says, and options alone are for the node's own driver", () => {
    const log = (logging: ComposeService["logging"]) => specOf({ logging }).TaskTemplate.LogDriver;
    assert.deepEqual(log({ driver: "syslog", options: { tag: "x" } }), {
      Name: "syslog",
      Options: { tag: "x" },
    });
    assert.deepEqual(log({ options: { "max-size": "10m" } }), { Options: { "max-size": "10m" } });
    assert.equal(log(undefined), undefined);
  });

  test("resources are those of deploy, or of Docker 2 files", () => {
    const resources = (fields: Partial<ComposeService>) => specOf(fields).TaskTemplate.Resources;
    assert.deepEqual(
      resources({
        deploy: deploy({
          resources: {
            limits: { cpus: 0.25, memory: "67108864", pids: 100 },
            reservations: {
              cpus: 0.1,
              memory: "1048576",
              generic_resources: [{ discrete_resource_spec: { kind: "gpu", value: 2 } }],
            },
          },
        }),
      }),
      {
        Limits: { NanoCPUs: 250_000_000, MemoryBytes: 67108864, Pids: 100 },
        Reservations: {
          NanoCPUs: 100_000_000,
          MemoryBytes: 1048576,
          GenericResources: [{ DiscreteResourceSpec: { Kind: "gpu", Value: 2 } }],
        },
      },
    );
    assert.deepEqual(
      resources({ cpus: 1.5, mem_limit: "1024", mem_reservation: "512", pids_limit: 5 }),
      {
        Limits: { NanoCPUs: 1.5e9, MemoryBytes: 1024, Pids: 5 },
        Reservations: { MemoryBytes: 512 },
      },
    );
  });

  test("mode is replicated, global or a job", () => {
    const mode = (fields: Partial<ComposeService>) => specOf(fields).Mode;
    assert.deepEqual(mode({}), { Replicated: { Replicas: 1 } });
    assert.deepEqual(mode({ scale: 3 }), { Replicated: { Replicas: 3 } });
    assert.deepEqual(mode({ deploy: deploy({ replicas: 0 }) }), { Replicated: { Replicas: 0 } });
    assert.deepEqual(mode({ deploy: deploy({ mode: "global" }) }), { Global: {} });
    assert.deepEqual(mode({ deploy: deploy({ mode: "global-job" }) }), { GlobalJob: {} });
    assert.deepEqual(mode({ deploy: deploy({ mode: "replicated-job", replicas: 2 }) }), {
      ReplicatedJob: { MaxConcurrent: 2, TotalCompletions: 2 },
    });
  });

  test("update waits for the new task where it can, and Docker's defaults are written out", () => {
    const defaults = {
      Parallelism: 1,
      Delay: 0,
      FailureAction: "pause",
      Monitor: 5e9,
      MaxFailureRatio: 0,
    };
    const spec = specOf({
      deploy: deploy({
        update_config: {
          parallelism: 0,
          delay: "1s",
          failure_action: "rollback",
          monitor: "10s",
          max_failure_ratio: 0.5,
          order: "stop-first",
        },
      }),
    });
    assert.deepEqual(specOf({}).UpdateConfig, { ...defaults, Order: "start-first" });
    assert.deepEqual(spec.RollbackConfig, { ...defaults, Order: "start-first" });
    assert.deepEqual(spec.UpdateConfig, {
      Parallelism: 0,
      Delay: 1e9,
      FailureAction: "rollback",
      Monitor: 10e9,
      MaxFailureRatio: 0.5,
      Order: "stop-first",
    });
  });

  test("networks give it its name, and those that the file adds", () => {
    const spec = serviceSpec({
      ...argsOf({
        networks: { default: null, front: { aliases: ["www"], driver_opts: { a: "b" } } },
      }),
      extraNetworks: ["ingress-id"],
      labels: { "traefik.enable": "true" },
    }) as unknown as Spec;
    assert.deepEqual(spec.TaskTemplate.Networks, [
      { Target: "default-id", Aliases: ["web"] },
      { Target: "front-id", Aliases: ["web", "www"], DriverOpts: { a: "b" } },
      { Target: "ingress-id", Aliases: ["shop_web"] },
    ]);
    assert.deepEqual(spec.Labels, {
      "traefik.enable": "true",
      "com.docker.stack.namespace": "shop",
      "com.docker.stack.image": "registry.test/hello:1.0.0",
    });
  });

  test("ports and endpoint mode are as in the file", () => {
    const ports = [
      { mode: "ingress", target: 80, published: "8080", protocol: "tcp" },
      { mode: "host", target: 53, protocol: "udp" },
    ];
    assert.deepEqual(specOf({ ports, deploy: deploy({ endpoint_mode: "dnsrr" }) }).EndpointSpec, {
      Mode: "dnsrr",
      Ports: [
        { Protocol: "tcp", TargetPort: 80, PublishedPort: 8080, PublishMode: "ingress" },
        { Protocol: "udp", TargetPort: 53, PublishMode: "host" },
      ],
    });
    assert.deepEqual(specOf({}).EndpointSpec, { Mode: "vip", Ports: [] });
  });

  test("placement has constraints, preferences, a limit per node and the image's platforms", () => {
    const placement = {
      constraints: ["node.role == worker"],
      preferences: [{ spread: "node.labels.zone" }],
      max_replicas_per_node: 2,
    };
    assert.deepEqual(specOf({ deploy: deploy({ placement }) }).TaskTemplate.Placement, {
      Constraints: ["node.role == worker"],
      Preferences: [{ Spread: { SpreadDescriptor: "node.labels.zone" } }],
      MaxReplicas: 2,
      Platforms: [{ OS: "linux", Architecture: "amd64" }],
    });
  });
});

describe("a new task runs beside its predecessor", () => {
  const volumes = {
    data: { name: "shop_data" },
    nfs: { name: "shop_nfs", driver_opts: { type: "nfs" } },
    ceph: { name: "shop_ceph", driver: "ceph" },
  };
  const mount = (source: string, fields: object = {}) => ({
    volumes: [
      {
        type: source.startsWith("/") ? ("bind" as const) : ("volume" as const),
        source,
        target: "/d",
        ...fields,
      },
    ],
  });
  const port = (mode: string, published?: string) => ({
    ports: [{ mode, target: 80, protocol: "tcp", ...(published !== undefined && { published }) }],
  });
  const several = { deploy: deploy({ replicas: 2 }) };
  const cases: readonly [string, Partial<ComposeService>, boolean][] = [
    ["where nothing is in its way", {}, true],
    ["with a port in the mesh", port("ingress", "80"), true],
    ["not with a port of the node", port("host", "80"), false],
    ["with a port of the node that the engine chooses", port("host"), true],
    ["not with data in a local volume", mount("data"), false],
    [
      "not with data in a local volume, however many tasks there are",
      { ...mount("data"), ...several },
      false,
    ],
    ["not with data in a volume that the file does not describe", mount("other"), false],
    ["with a volume that it only reads", mount("data", { read_only: true }), true],
    ["with an anonymous volume", { volumes: [{ type: "volume", target: "/d" }] }, true],
    ["not with data in a folder of the node", mount("/srv/data"), false],
    ["with a folder of the node that it only reads", mount("/etc/ssl", { read_only: true }), true],
    ["with a socket of the node", mount("/var/run/docker.sock"), true],
    ["not as a second writer of shared storage that had one", mount("nfs"), false],
    ["with shared storage that several tasks write anyway", { ...mount("nfs"), ...several }, true],
    [
      "with storage of a driver that several tasks write anyway",
      { ...mount("ceph"), ...several },
      true,
    ],
    [
      "not where only so many tasks may be on a node",
      { deploy: deploy({ replicas: 2, placement: { max_replicas_per_node: 1 } }) },
      false,
    ],
  ];
  for (const [name, fields, expected] of cases)
    test(name, () => {
      assert.equal(canStartFirst(service(fields), project({ volumes })), expected);
    });

  test("where the file says so, whatever is in its way", () => {
    const fields = {
      ...mount("data"),
      deploy: deploy({ update_config: { order: "start-first" as const } }),
    };
    assert.equal(
      (specOf(fields, { volumes }).UpdateConfig as { Order: string }).Order,
      "start-first",
    );
  });
});

test("a run is told by versions and digests, however a plan was written down", () => {
  const one = plan(project({}), {
    images: { b: { image: "b@2", platforms: [] }, a: { image: "a@1", platforms: [] } },
  });
  const other = { ...one, images: { a: { platforms: [], image: "a@1" }, b: one.images.b } };
  assert.equal(runOf(one), runOf(other as typeof one));
  const moved = { a: { platforms: [], image: "a@1" }, b: { platforms: [], image: "b@3" } };
  assert.notEqual(runOf(one), runOf({ ...one, images: moved }));
});

describe("a job", () => {
  const web: Partial<ComposeService> = {
    command: ["serve"],
    ports: [{ mode: "ingress", target: 80, published: "80", protocol: "tcp" }],
    healthcheck: { test: ["CMD", "/hello"] },
    networks: { default: { aliases: ["www"] } },
    deploy: deploy({
      replicas: 3,
      labels: { "traefik.enable": "true" },
      restart_policy: { condition: "any" },
      placement: { constraints: ["node.role == worker"] },
    }),
  };

  test("is its service, once, without what answers requests", () => {
    const spec = jobSpec(argsOf(web)) as unknown as Spec;
    assert.deepEqual(spec.Mode, { ReplicatedJob: { MaxConcurrent: 1, TotalCompletions: 1 } });
    assert.deepEqual(spec.EndpointSpec, { Mode: "vip", Ports: [] });
    assert.deepEqual(spec.TaskTemplate.ContainerSpec.Healthcheck, { Test: ["NONE"] });
    assert.equal((spec.TaskTemplate.RestartPolicy as { Condition: string }).Condition, "none");
    assert.equal("UpdateConfig" in spec || "RollbackConfig" in spec, false);
    assert.deepEqual(spec.TaskTemplate.ContainerSpec.Args, ["serve"]);
  });

  test("is tried again after a failure where the file says so", () => {
    const restart_policy = { condition: "on-failure", max_attempts: 2 };
    const spec = jobSpec(argsOf({ deploy: deploy({ restart_policy }) })) as unknown as Spec;
    assert.deepEqual(spec.TaskTemplate.RestartPolicy, {
      Condition: "on-failure",
      Delay: 5e9,
      MaxAttempts: 2,
      Window: 0,
    });
  });

  test("of several tasks keeps their number", () => {
    const spec = jobSpec(
      argsOf({ deploy: deploy({ mode: "replicated-job", replicas: 4 }) }),
    ) as unknown as Spec;
    assert.deepEqual(spec.Mode, { ReplicatedJob: { MaxConcurrent: 4, TotalCompletions: 4 } });
  });

  test("of a deployment gets none of its service's requests: other name, no aliases, no labels of routes", () => {
    const spec = deploymentJobSpec(argsOf(web), "migrate", {
      command: ["migrate", "up"],
    }) as unknown as Spec;
    assert.deepEqual(spec.TaskTemplate.ContainerSpec.Args, ["migrate", "up"]);
    assert.deepEqual(spec.TaskTemplate.Networks, [
      { Target: "default-id", Aliases: ["job-migrate"] },
    ]);
    assert.deepEqual(spec.Labels, {
      "com.docker.stack.namespace": "shop",
      "com.docker.stack.image": "registry.test/hello:1.0.0",
    });
    assert.deepEqual((spec.TaskTemplate.Placement as { Constraints: object }).Constraints, [
      "node.role == worker",
    ]);
  });

  test("of a deployment without a command of its own runs the service's", () => {
    const spec = deploymentJobSpec(argsOf(web), "migrate", {}) as unknown as Spec;
    assert.deepEqual(spec.TaskTemplate.ContainerSpec.Args, ["serve"]);
  });

  test("at times has no task until swarm-cronjob, told by labels, starts one, and is not started again", () => {
    const spec = scheduledSpec(argsOf(web), "clean", {
      when: "schedule",
      service: "web",
      schedule: "0 3 * * *",
      command: ["clean"],
    }) as unknown as Spec;
    assert.deepEqual(spec.Mode, { Replicated: { Replicas: 0 } });
    assert.deepEqual(spec.TaskTemplate.ContainerSpec.Args, ["clean"]);
    assert.equal((spec.TaskTemplate.RestartPolicy as { Condition: string }).Condition, "none");
    assert.deepEqual(spec.Labels, {
      "com.docker.stack.namespace": "shop",
      "com.docker.stack.image": "registry.test/hello:1.0.0",
      "swarm.cronjob.enable": "true",
      "swarm.cronjob.schedule": "0 3 * * *",
      "swarm.cronjob.skip-running": "true",
    });
  });

  test("is what the file says is one, or what others wait for to complete", () => {
    const waits = (condition: "service_completed_successfully" | "service_healthy") =>
      service({ depends_on: { init: { condition, required: true } } });
    const jobs = (web: ComposeService) => [
      ...jobServices(
        project({
          services: {
            web,
            init: service(),
            nightly: service({ deploy: deploy({ mode: "global-job" }) }),
          },
        }),
      ),
    ];
    assert.deepEqual(jobs(waits("service_healthy")), ["nightly"]);
    assert.deepEqual(jobs(waits("service_completed_successfully")), ["init", "nightly"]);
  });

  test("runs before or after a deployment, in the order of the file", () => {
    const job = (when: "before" | "after" | "schedule") => ({ when, service: "web" });
    const of = project({
      "x-slipway": {
        jobs: { b: job("before"), z: job("after"), a: job("before"), s: job("schedule") },
      },
    });
    assert.deepEqual(
      jobsThatRun(of, "before").map(([name]) => name),
      ["b", "a"],
    );
    assert.deepEqual(
      jobsThatRun(of, "after").map(([name]) => name),
      ["z"],
    );
  });

  test("may take ten minutes where the file does not say", () => {
    assert.equal(timeoutSeconds({}), 600);
    assert.equal(timeoutSeconds({ timeout: "1m30s" }), 90);
  });

  test("runs once for every release: for other versions, content or images", () => {
    const one = plan();
    const changes = [
      {},
      { secrets: { a: "b" } },
      { applicationVersion: "2" },
      { environmentVersion: "2" },
      { environmentHash: "2" },
      { images: {} },
    ];
    const runs = changes.map((change) => runOf({ ...one, ...change }));
    assert.equal(runs[0], runs[1], "a rotated secret is no release");
    assert.equal(new Set(runs).size, 5);
  });
});

describe("a network", () => {
  const network = { name: "shop_front", ipam: {} };

  test("is an overlay that only services join", () => {
    assert.deepEqual(swarmNetwork(network, names, false), {
      name: "shop_front",
      labels: { "com.docker.stack.namespace": "shop" },
      driver: "overlay",
      driverOptions: {},
      attachable: false,
      internal: false,
    });
  });

  test("is as the file has it", () => {
    const full = {
      ...network,
      driver: "weave",
      driver_opts: { mtu: "1400" },
      attachable: true as const,
      internal: true as const,
      labels: { a: "b" },
      ipam: {
        driver: "x",
        config: [{ subnet: "10.0.0.0/24", gateway: "10.0.0.1", ip_range: "10.0.0.0/25" }, {}],
      },
    };
    assert.deepEqual(swarmNetwork(full, names, false), {
      name: "shop_front",
      labels: { a: "b", "com.docker.stack.namespace": "shop" },
      driver: "weave",
      driverOptions: { mtu: "1400" },
      attachable: true,
      internal: true,
      ipam: {
        driver: "x",
        pools: [{ subnet: "10.0.0.0/24", gateway: "10.0.0.1", ipRange: "10.0.0.0/25" }, {}],
      },
    });
  });

  test("is encrypted where the file or the cluster says so", () => {
    const options = (encrypted: string | undefined, everywhere: boolean) =>
      swarmNetwork(
        { ...network, ...(encrypted !== undefined && { driver_opts: { encrypted } }) },
        names,
        everywhere,
      ).driverOptions;
    assert.deepEqual(options("", false), { encrypted: "" });
    assert.deepEqual(options("true", false), { encrypted: "" });
    assert.deepEqual(options("false", false), {});
    assert.deepEqual(options("false", true), { encrypted: "" });
    assert.deepEqual(options(undefined, true), { encrypted: "" });
  });
});

test("a full service is what it was the last time", () => {
  const fields: Partial<ComposeService> = Object.assign(
    {},
    ...containerCases.map(([, one]) => one),
  ) as Partial<ComposeService>;
  const spec = specOf({
    ...fields,
    logging: { driver: "json-file", options: { "max-size": "10m" } },
    networks: { default: null, front: { aliases: ["www"] } },
    ports: [{ mode: "ingress", target: 80, published: "8080", protocol: "tcp" }],
    deploy: deploy({
      mode: "replicated",
      replicas: 2,
      endpoint_mode: "dnsrr",
      labels: { tier: "front" },
      update_config: { parallelism: 2, order: "start-first" },
      resources: { limits: { cpus: 0.5, memory: "67108864" } },
      restart_policy: { condition: "on-failure" },
      placement: { constraints: ["node.role == worker"], max_replicas_per_node: 1 },
    }),
  });
  assertGolden(
    path.join(__dirname, "../../fixtures/application/fullService.json"),
    `${JSON.stringify(spec, undefined, 2)}\n`,
  );
});
