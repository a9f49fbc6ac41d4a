import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ComposeProject, ComposeService } from "../../../../components/spec";
import { deploy } from "../support/compose";
import { webPod } from "./support";

type Case = readonly [string, Partial<ComposeService>, object];

/** Asserts that the container, or the pod around it, has these fields. */
function has(actual: Readonly<Record<string, unknown>>, expected: object): void {
  for (const [field, value] of Object.entries(expected))
    assert.deepEqual(actual[field], value, field);
}

const containerCases: readonly Case[] = [
  [
    "entrypoint and command",
    { entrypoint: ["/init"], command: ["-v"] },
    { command: ["/init"], args: ["-v"] },
  ],
  [
    "nothing where the file says nothing",
    {},
    { command: undefined, args: undefined, env: undefined, ports: undefined },
  ],
  [
    "command lines with what Kubernetes would fill in, as they are",
    { command: ["$(A)", "$$", "$HOME"] },
    { args: ["$$(A)", "$$$$", "$HOME"] },
  ],
  [
    "environment, in order, without names that have no value",
    { environment: { B: "2", A: "$(B)", C: null } },
    {
      env: [
        { name: "A", value: "$$(B)" },
        { name: "B", value: "2" },
      ],
    },
  ],
  [
    "Swarm's placeholders as fields of the pod",
    { environment: { TASK: "{{.Task.Name}}", ID: "{{ .Task.ID }}", OF: "{{.Service.Name}}" } },
    {
      env: [
        { name: "ID", valueFrom: { fieldRef: { fieldPath: "metadata.uid" } } },
        { name: "OF", value: "web" },
        { name: "TASK", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      ],
    },
  ],
  [
    "placeholders within a text by a variable of their own",
    { environment: { NAME: "$(A) {{.Node.Hostname}}" } },
    {
      env: [
        { name: "SLIPWAY_NODE_HOSTNAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
        { name: "NAME", value: "$$(A) $(SLIPWAY_NODE_HOSTNAME)" },
      ],
    },
  ],
  [
    "working_dir, tty and stdin_open",
    { working_dir: "/srv", tty: true, stdin_open: true },
    { workingDir: "/srv", tty: true, stdin: true },
  ],
  [
    "limits and reservations",
    {
      deploy: deploy({
        resources: {
          limits: { cpus: 2, memory: "1073741824" },
          reservations: { cpus: 0.5, memory: "1500" },
        },
      }),
    },
    {
      resources: { limits: { cpu: "2", memory: "1Gi" }, requests: { cpu: "500m", memory: "1500" } },
    },
  ],
  [
    "a request of nothing where the file reserves nothing, not of the whole limit",
    { cpus: 0.5, mem_limit: "67108864" },
    { resources: { limits: { cpu: "500m", memory: "64Mi" }, requests: { cpu: "0", memory: "0" } } },
  ],
  ["no resources where the file has none", {}, { resources: {} }],
  [
    "ports, and those of the node in mode host",
    {
      ports: [
        { mode: "host", target: 8080, published: "80", protocol: "tcp" },
        { mode: "ingress", target: 5353, published: "30053", protocol: "udp" },
      ],
    },
    {
      ports: [
        { containerPort: 8080, protocol: "TCP", hostPort: 80 },
        { containerPort: 5353, protocol: "UDP" },
      ],
    },
  ],
  [
    "time to serve on when it is to stop, where something may reach it",
    { expose: ["8080"] },
    { lifecycle: { preStop: { sleep: { seconds: 5 } } } },
  ],
  ["no such time where nothing can", {}, { lifecycle: undefined }],
];

describe("a container has", () => {
  for (const [title, fields, expected] of containerCases)
    test(title, () => {
      has(webPod(fields).spec.containers[0], expected);
    });
});

const exec = { exec: { command: ["/check"] } };
const check = { test: ["CMD", "/check"], interval: "10s", timeout: "3s", retries: 4 };
const asked = { ...exec, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 4 };
const probeCases: readonly Case[] = [
  [
    "the health check for readiness and liveness",
    { healthcheck: check },
    { readinessProbe: asked, livenessProbe: asked, startupProbe: undefined },
  ],
  [
    "Docker's defaults",
    { healthcheck: { test: ["CMD", "/check"], interval: "0s" } },
    { readinessProbe: { ...exec, periodSeconds: 30, timeoutSeconds: 30, failureThreshold: 3 } },
  ],
  [
    "a shell where the health check wants one",
    { healthcheck: { ...check, test: ["CMD-SHELL", "a | b"] } },
    { livenessProbe: { ...asked, exec: { command: ["/bin/sh", "-c", "a | b"] } } },
  ],
  [
    "a startup probe that allows for start_period and all retries",
    { healthcheck: { ...check, start_period: "20s" } },
    { startupProbe: { ...exec, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 12 } },
  ],
  [
    "start_interval as the startup probe's period",
    { healthcheck: { ...check, start_period: "20s", start_interval: "1s" } },
    { startupProbe: { ...exec, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 60 } },
  ],
  [
    "none where the health check is off",
    { healthcheck: { ...check, disable: true } },
    { readinessProbe: undefined, livenessProbe: undefined },
  ],
  [
    "none where the health check is NONE",
    { healthcheck: { test: ["NONE"] } },
    { readinessProbe: undefined },
  ],
  [
    "what x-slipway says, in the place of the health check",
    {
      healthcheck: { ...check, start_period: "20s" },
      "x-slipway": {
        readiness: { http: { path: "/ready", port: 80 }, failureThreshold: 1 },
        liveness: { tcp: { port: 80 }, interval: "20s", timeout: "2s", initialDelay: "5s" },
        startup: { exec: { command: ["/up"] } },
      },
    },
    {
      readinessProbe: {
        httpGet: { path: "/ready", port: 80 },
        periodSeconds: 10,
        timeoutSeconds: 1,
        failureThreshold: 1,
      },
      livenessProbe: {
        tcpSocket: { port: 80 },
        initialDelaySeconds: 5,
        periodSeconds: 20,
        timeoutSeconds: 2,
        failureThreshold: 3,
      },
      startupProbe: {
        exec: { command: ["/up"] },
        periodSeconds: 10,
        timeoutSeconds: 1,
        failureThreshold: 3,
      },
    },
  ],
  [
    "the ingress' path of health for readiness, and the health check for the rest",
    {
      healthcheck: check,
      "x-slipway": {
        ingress: [{ host: "a.test", path: "/", port: 8080, tls: true, healthPath: "/readyz" }],
      },
    },
    {
      readinessProbe: {
        httpGet: { path: "/readyz", port: 8080 },
        periodSeconds: 2,
        timeoutSeconds: 2,
        failureThreshold: 3,
      },
      livenessProbe: asked,
    },
  ],
];

describe("a container is probed by", () => {
  for (const [title, fields, expected] of probeCases)
    test(title, () => {
      has(webPod(fields).spec.containers[0], expected);
    });
});

const podCases: readonly Case[] = [
  [
    "its time to stop beside the time in which it serves on",
    { stop_grace_period: "20s", expose: ["80"] },
    { terminationGracePeriodSeconds: 25 },
  ],
  ["Docker's time to stop where the file has none", {}, { terminationGracePeriodSeconds: 10 }],
  ["a first process that reaps, for init", { init: true }, { shareProcessNamespace: true }],
  [
    "neither a token nor variables of other Services",
    {},
    { automountServiceAccountToken: false, enableServiceLinks: false },
  ],
  ["hostname", { hostname: "web-1" }, { hostname: "web-1" }],
  [
    "extra_hosts, by address",
    { extra_hosts: ["a=10.0.0.1", "b=fd00::1", "c=10.0.0.1"] },
    {
      hostAliases: [
        { ip: "10.0.0.1", hostnames: ["a", "c"] },
        { ip: "fd00::1", hostnames: ["b"] },
      ],
    },
  ],
  [
    "dns, dns_search and dns_opt",
    { dns: ["10.0.0.2"], dns_search: ["a.test"], dns_opt: ["ndots:2", "rotate"] },
    {
      dnsConfig: {
        nameservers: ["10.0.0.2"],
        searches: ["a.test"],
        options: [{ name: "ndots", value: "2" }, { name: "rotate" }],
      },
    },
  ],
];

describe("a pod has", () => {
  for (const [title, fields, expected] of podCases)
    test(title, () => {
      has(webPod(fields).spec, expected);
    });

  test("labels of the file, and as annotations those that no label can be", () => {
    const { metadata } = webPod({
      labels: { team: "shop", rule: "Host(`a`)", "a b": "lost" },
      annotations: { "a.test/x": "any text" },
    });
    assert.equal((metadata.labels as Record<string, string>).team, "shop");
    assert.deepEqual(metadata.annotations, { rule: "Host(`a`)", "a.test/x": "any text" });
  });

  test("its own labels before those of the file", () => {
    const { metadata } = webPod({ labels: { "app.kubernetes.io/name": "other" } });
    assert.equal((metadata.labels as Record<string, string>)["app.kubernetes.io/name"], "web");
  });
});

const level = (podSecurity: "restricted" | "baseline" | "privileged"): Partial<ComposeProject> => ({
  "x-slipway": { podSecurity },
});
const securityCases: readonly (readonly [
  string,
  Partial<ComposeService>,
  Partial<ComposeProject>,
  object,
  object,
])[] = [
  [
    "at baseline leaves root to an ordinary file",
    {},
    {},
    { seccompProfile: { type: "RuntimeDefault" } },
    { allowPrivilegeEscalation: false },
  ],
  [
    "at baseline takes everything from a user who is not root",
    { user: "1000:100" },
    {},
    {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 100,
      seccompProfile: { type: "RuntimeDefault" },
    },
    { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  ],
  [
    "at baseline has the capabilities that the file says",
    { user: "root", cap_drop: ["all"], cap_add: ["CAP_CHOWN", "net_bind_service"] },
    {},
    { runAsUser: 0, seccompProfile: { type: "RuntimeDefault" } },
    {
      allowPrivilegeEscalation: false,
      capabilities: { add: ["CHOWN", "NET_BIND_SERVICE"], drop: ["ALL"] },
    },
  ],
  [
    "at restricted has no root and no capabilities",
    { read_only: true },
    level("restricted"),
    { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
  ],
  ["at privileged says nothing that the file does not", {}, level("privileged"), {}, {}],
  [
    "opens ports under 1024 to every user, as Docker does",
    { user: "1000", expose: ["80"], sysctls: { "net.ipv4.tcp_syncookies": "1" } },
    level("privileged"),
    {
      runAsUser: 1000,
      sysctls: [
        { name: "net.ipv4.ip_unprivileged_port_start", value: "0" },
        { name: "net.ipv4.tcp_syncookies", value: "1" },
      ],
    },
    {},
  ],
  [
    "makes files readable that are not for everybody, for the group that they name",
    { secrets: [{ source: "key", uid: "65534", gid: "65533", mode: "0400" }], group_add: ["44"] },
    level("privileged"),
    { fsGroup: 65533, fsGroupChangePolicy: "OnRootMismatch", supplementalGroups: [44] },
    {},
  ],
  [
    "makes them readable for the user that they name, where they name no group",
    { configs: [{ source: "settings", uid: "65534", mode: "0400" }] },
    level("privileged"),
    { fsGroup: 65534, fsGroupChangePolicy: "OnRootMismatch" },
    {},
  ],
  [
    "leaves files alone that everybody reads",
    { configs: [{ source: "settings" }] },
    level("privileged"),
    {},
    {},
  ],
  [
    "lets the user write to volumes",
    { user: "1000", volumes: [{ type: "volume", source: "data", target: "/data" }] },
    level("privileged"),
    { runAsUser: 1000, fsGroup: 1000, fsGroupChangePolicy: "OnRootMismatch" },
    {},
  ],
];

describe("pod security", () => {
  const files = {
    configs: { settings: { name: "shop_settings" } },
    secrets: { key: { name: "shop_key" } },
    volumes: { data: { name: "shop_data" } },
  };
  for (const [title, fields, of, pod, container] of securityCases)
    test(title, () => {
      const { spec } = webPod(fields, { ...files, ...of });
      assert.deepEqual(spec.securityContext, pod);
      assert.deepEqual(spec.containers[0].securityContext, container);
    });
});

describe("mounts", () => {
  const mounted = (fields: Partial<ComposeService>, of: Partial<ComposeProject> = {}) => {
    const { spec } = webPod(fields, of);
    return { volumes: spec.volumes, mounts: spec.containers[0].volumeMounts };
  };

  test("of configs and secrets are single files at their places, with their permissions", () => {
    const { volumes, mounts } = mounted(
      {
        configs: [
          { source: "app.conf" },
          { source: "app.conf", target: "/etc/app.conf", mode: "0440" },
        ],
        secrets: [{ source: "key" }, { source: "key", target: "other" }],
      },
      {
        configs: { "app.conf": { name: "there", external: true } },
        secrets: { key: { name: "theirs", external: true } },
      },
    );
    const item = (key: string, defaultMode: number) => ({
      items: [{ key, path: key }],
      defaultMode,
    });
    assert.deepEqual(volumes, [
      { name: "config-app-conf", configMap: { name: "there", ...item("app.conf", 0o444) } },
      { name: "config-app-conf-2", configMap: { name: "there", ...item("app.conf", 0o440) } },
      { name: "secret-key", secret: { secretName: "theirs", ...item("key", 0o444) } },
    ]);
    assert.deepEqual(mounts, [
      { name: "config-app-conf", mountPath: "/app.conf", subPath: "app.conf", readOnly: true },
      {
        name: "config-app-conf-2",
        mountPath: "/etc/app.conf",
        subPath: "app.conf",
        readOnly: true,
      },
      { name: "secret-key", mountPath: "/run/secrets/key", subPath: "key", readOnly: true },
      { name: "secret-key", mountPath: "/run/secrets/other", subPath: "key", readOnly: true },
    ]);
  });

  test("of memory have the size that the file says", () => {
    const { volumes } = mounted({
      tmpfs: ["/tmp:size=64m,mode=1777"],
      volumes: [{ type: "tmpfs", target: "/cache", tmpfs: { size: "1048576" } }],
    });
    assert.deepEqual(volumes, [
      { name: "memory", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
      { name: "memory-2", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } },
    ]);
  });

  test("of volumes without a name are the task's own", () => {
    assert.deepEqual(mounted({ volumes: [{ type: "volume", target: "/x" }] }).volumes, [
      { name: "scratch", emptyDir: {} },
    ]);
  });

  test("of paths of the node say what is seen of its mounts", () => {
    const { volumes, mounts } = mounted({
      volumes: [
        {
          type: "bind",
          source: "/srv",
          target: "/srv",
          read_only: true,
          bind: { propagation: "rslave" },
        },
      ],
    });
    assert.deepEqual(volumes, [{ name: "host", hostPath: { path: "/srv" } }]);
    assert.deepEqual(mounts, [
      { name: "host", mountPath: "/srv", readOnly: true, mountPropagation: "HostToContainer" },
    ]);
  });

  const options: readonly (readonly [string, Record<string, string>, object])[] = [
    [
      "nfs",
      { type: "nfs", o: "addr=10.0.0.9,rw", device: ":/export" },
      { nfs: { server: "10.0.0.9", path: "/export" } },
    ],
    [
      "nfs with its server before the path",
      { type: "nfs4", device: "nas:/export" },
      { nfs: { server: "nas", path: "/export" } },
    ],
    [
      "tmpfs",
      { type: "tmpfs", o: "size=1m", device: "tmpfs" },
      { emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
    ],
    ["bind", { type: "none", o: "bind", device: "/srv/data" }, { hostPath: { path: "/srv/data" } }],
    ["no options at all: a claim", {}, { persistentVolumeClaim: { claimName: "data" } }],
  ];
  for (const [title, driverOptions, expected] of options)
    test(`of a volume with ${title}`, () => {
      const { volumes } = mounted(
        { volumes: [{ type: "volume", source: "data", target: "/data" }] },
        { volumes: { data: { name: "shop_data", driver_opts: driverOptions } } },
      );
      assert.deepEqual(volumes, [{ name: "volume-data", ...expected }]);
    });
});
