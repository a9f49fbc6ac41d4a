import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ComposeProject, ComposeService } from "../../../../components/spec";
import type { KubernetesArgs, PlannedObject } from "../../../../components/application/kubernetes";
import { deploy, plan } from "../support/compose";
import { args, find, ingress, planned, podOf, withServices } from "./support";

const keys = (all: readonly PlannedObject[], kind: string) =>
  all.filter(({ object }) => object.kind === kind).map(({ object }) => object.metadata.name);
const specOf = (all: readonly PlannedObject[], key: string) =>
  find(all, key).spec as Readonly<Record<string, unknown>>;
const web = (fields: Partial<ComposeService>, of: Partial<ComposeProject> = {}) =>
  planned(withServices({ web: fields }, of));

describe("a service becomes", () => {
  test("a Deployment with as many pods as it has replicas", () => {
    assert.equal(specOf(web({ deploy: deploy({ replicas: 3 }) }), "Deployment/web").replicas, 3);
    assert.equal(specOf(web({ scale: 2 }), "Deployment/web").replicas, 2);
  });

  test("a DaemonSet in mode global", () => {
    const spec = specOf(web({ deploy: deploy({ mode: "global" }) }), "DaemonSet/web");
    assert.equal(spec.replicas, undefined);
    assert.deepEqual(spec.updateStrategy, {
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
  });

  const data = { volumes: { data: { name: "shop_data" } } };
  const mount = { volumes: [{ type: "volume" as const, source: "data", target: "/data" }] };

  test("a StatefulSet where it has a volume, which can be taken back while it is not ready", () => {
    const spec = specOf(web(mount, data), "StatefulSet/web");
    assert.equal(spec.replicas, 1);
    assert.equal(spec.podManagementPolicy, "Parallel");
  });

  test("a Deployment where its volume is shared, or no claim", () => {
    const shared = { volumes: { data: { name: "shop_data", "x-slipway": { shared: true } } } };
    assert.deepEqual(keys(web(mount, shared), "Deployment"), ["web"]);
    const nfs = { type: "nfs", o: "addr=nas", device: ":/export" };
    const volumes = { data: { name: "shop_data", driver_opts: nfs } };
    assert.deepEqual(keys(web(mount, { volumes }), "Deployment"), ["web"]);
  });

  test("a Job where others wait for its end, or its mode says so", () => {
    const completed = { condition: "service_completed_successfully", required: true } as const;
    const all = planned(withServices({ seed: {}, web: { depends_on: { seed: completed } } }));
    assert.match(keys(all, "Job")[0] ?? "", /^seed-[0-9a-f]{8}$/);
    assert.ok(all.find(({ key }) => key === "Deployment/web")?.after.includes("Job/seed"));
    const many = web({ deploy: deploy({ mode: "replicated-job", replicas: 4 }) });
    const { completions, parallelism } = specOf(many, "Job/web");
    assert.deepEqual([completions, parallelism], [4, 4]);
  });
});

describe("a rollout", () => {
  const cases: readonly (readonly [string, Partial<ComposeService>, object, number | undefined])[] =
    [
      [
        "starts the new pod first, and watches over one that nothing probes",
        {},
        { maxSurge: 1, maxUnavailable: 0 },
        5,
      ],
      [
        "takes a probed pod at its word",
        { healthcheck: { test: ["CMD", "/a"] } },
        { maxSurge: 1, maxUnavailable: 0 },
        undefined,
      ],
      [
        "replaces as many at a time as parallelism says, and waits for delay and monitor",
        { deploy: deploy({ update_config: { parallelism: 3, delay: "10s", monitor: "20s" } }) },
        { maxSurge: 3, maxUnavailable: 0 },
        20,
      ],
      [
        "stops the old pod first where the file says so",
        { deploy: deploy({ update_config: { parallelism: 2, order: "stop-first" } }) },
        { maxSurge: 0, maxUnavailable: 2 },
        5,
      ],
      [
        "replaces all at once where parallelism is 0",
        { deploy: deploy({ update_config: { parallelism: 0 } }) },
        { maxSurge: "100%", maxUnavailable: 0 },
        5,
      ],
      [
        "stops the old pod first where both would want a port of the node",
        { ports: [{ mode: "host", target: 80, published: "80", protocol: "tcp" }] },
        { maxSurge: 0, maxUnavailable: 1 },
        5,
      ],
    ];
  for (const [title, fields, rollingUpdate, ready] of cases)
    test(title, () => {
      const spec = specOf(web(fields), "Deployment/web");
      assert.deepEqual(spec.strategy, { type: "RollingUpdate", rollingUpdate });
      assert.equal(spec.minReadySeconds, ready);
    });

  const limits = (fields: Partial<ComposeService>) => {
    const all = web(fields);
    const { progressDeadlineSeconds } = specOf(all, "Deployment/web");
    const { rollout } = all.find(({ key }) => key === "Deployment/web") ?? {};
    assert.equal(progressDeadlineSeconds, rollout?.progressSeconds);
    return [rollout?.progressSeconds, rollout?.totalSeconds, rollout?.readySeconds];
  };

  test("has failed after five minutes without progress, and the time that its pods may take to start", () => {
    const check = { test: ["CMD", "/a"], interval: "10s", retries: 2 };
    assert.deepEqual(limits({ healthcheck: check }), [300, 310, 30 + 30 + 20]);
    const slow = { healthcheck: { ...check, start_period: "10m0s" } };
    assert.deepEqual(limits({ ...slow, deploy: deploy({ replicas: 3 }) }), [
      920,
      920 + 3 * 630,
      620 + 30 + 50,
    ]);
    const stopFirst = {
      update_config: { parallelism: 2, order: "stop-first", delay: "1m0s" },
    } as const;
    assert.deepEqual(
      limits({
        healthcheck: check,
        stop_grace_period: "20s",
        deploy: deploy({ replicas: 3, ...stopFirst }),
      }),
      [360, 360 + 2 * (60 + 20 + 10), 30 + 30 + 20],
    );
  });

  test("of a service on each node stops the old pod first where it has a port of the node", () => {
    const port = { mode: "host", target: 80, published: "80", protocol: "tcp" };
    const update = { mode: "global", update_config: { order: "start-first" } } as const;
    const { updateStrategy } = specOf(
      web({ ports: [port], deploy: deploy(update) }),
      "DaemonSet/web",
    );
    assert.deepEqual(updateStrategy, {
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
    });
  });
});

describe("pods may be taken from a node that is drained", () => {
  test("one at a time, where others go on", () => {
    const { maxUnavailable } = specOf(
      web({ deploy: deploy({ replicas: 2 }) }),
      "PodDisruptionBudget/web",
    );
    assert.equal(maxUnavailable, 1);
  });

  test("at once, where there is one only", () => {
    assert.deepEqual(keys(web({}), "PodDisruptionBudget"), []);
  });
});

describe("the number of pods", () => {
  const autoscale = { min: 2, max: 6, cpuPercent: 50 };
  const scaled = (limits: { readonly cpus?: number }) =>
    web({
      deploy: deploy({ replicas: 2, resources: { limits, reservations: { cpus: 0.2 } } }),
      "x-slipway": { autoscale },
    });

  test("is left to the autoscaler where there is one", () => {
    const all = scaled({ cpus: 1 });
    assert.equal(specOf(all, "Deployment/web").replicas, undefined);
    const { minReplicas, maxReplicas } = specOf(all, "HorizontalPodAutoscaler/web");
    assert.deepEqual([minReplicas, maxReplicas], [2, 6]);
    assert.deepEqual(keys(all, "PodDisruptionBudget"), ["web"]);
  });

  const target = (all: readonly PlannedObject[]) =>
    JSON.stringify(specOf(all, "HorizontalPodAutoscaler/web").metrics);

  test("follows the use of CPU in percent of the limit, or of what is reserved", () => {
    assert.match(target(scaled({ cpus: 1 })), /"averageValue":"500m"/);
    assert.match(target(scaled({})), /"averageValue":"100m"/);
  });
});

describe("a service is reached", () => {
  test("at an address of its own, at every port that is known", () => {
    const spec = specOf(
      web({
        ports: [{ mode: "ingress", target: 80, published: "30080", protocol: "tcp", name: "http" }],
        expose: ["90/udp", "80"],
        "x-slipway": { ingress: [{ host: "a.test", path: "/", port: 100, tls: true }] },
      }),
      "Service/web",
    );
    assert.equal(spec.clusterIP, undefined);
    assert.deepEqual(
      (spec.ports as { name: string; port: number }[]).map(({ name, port }) => [name, port]),
      [
        ["http", 80],
        ["udp-90", 90],
        ["tcp-100", 100],
      ],
    );
  });

  test("at ports that the image exposes, where the file names none", () => {
    const of = withServices({ web: {} });
    const image = { image: "a@sha256:1", platforms: [], exposed: [8080] };
    const all = planned(of, {
      plan: { ...plan(of), images: { "registry.test/hello:1.0.0": image } },
    });
    assert.equal(specOf(all, "Service/web").clusterIP, undefined);
  });

  test("at its pods' addresses for dnsrr, and where no port is known", () => {
    const dnsrr = web({ expose: ["80"], deploy: deploy({ endpoint_mode: "dnsrr" }) });
    assert.equal(specOf(dnsrr, "Service/web").clusterIP, "None");
    const none = planned(withServices({ web: {}, api: {} }));
    assert.deepEqual(specOf(none, "Service/api"), {
      clusterIP: "None",
      selector: { "app.kubernetes.io/name": "api", "app.kubernetes.io/instance": "shop" },
    });
  });

  test("not at all where nobody can", () => {
    assert.deepEqual(keys(web({}), "Service"), []);
    assert.deepEqual(keys(web({ networks: {} }), "Service"), []);
  });

  test("by its aliases, which several services may share", () => {
    const alias = (name: string) => ({ networks: { default: { aliases: [name] } } });
    const all = planned(
      withServices({
        blue: { ...alias("live"), expose: ["80"] },
        green: { ...alias("live"), expose: ["90"] },
      }),
    );
    const { selector, ports, clusterIP } = specOf(all, "Service/alias-live");
    assert.deepEqual(selector, {
      "alias.slipway/live": "yes",
      "app.kubernetes.io/instance": "shop",
    });
    assert.equal((ports as unknown[]).length, 2);
    assert.equal(clusterIP, undefined);
    for (const key of ["blue", "green"]) {
      const labels = podOf(all, `Deployment/${key}`).metadata.labels as Record<string, string>;
      assert.equal(labels["alias.slipway/live"], "yes");
    }
  });

  test("from outside at ports of every node, or by a load balancer for those that nodes do not open", () => {
    const port = (published: string | undefined, protocol = "tcp") => ({
      mode: "ingress",
      target: 80,
      protocol,
      ...(published !== undefined && { published }),
    });
    const all = web({ ports: [port("30080"), port("80"), port(undefined, "udp")] });
    const published = specOf(all, "Service/web-published");
    assert.equal(published.type, "NodePort");
    assert.deepEqual(published.ports, [
      { name: "tcp-30080", port: 80, targetPort: 80, protocol: "TCP", nodePort: 30080 },
      { name: "udp-80", port: 80, targetPort: 80, protocol: "UDP" },
    ]);
    const balanced = specOf(all, "Service/web-balanced");
    assert.equal(balanced.type, "LoadBalancer");
    assert.deepEqual(balanced.ports, [
      { name: "tcp-80", port: 80, targetPort: 80, protocol: "TCP" },
    ]);
  });

  test("through the ingress by its hosts and paths, with a way from http to https", () => {
    const rule = (host: string, path: string, tls: boolean) => ({ host, path, port: 80, tls });
    const all = web({
      "x-slipway": {
        ingress: [
          rule("A.test", "/", true),
          rule("a.test", "/b", true),
          rule("c.test", "/", false),
        ],
      },
    });
    assert.deepEqual(keys(all, "Ingress"), ["web-https", "web-redirect", "web-http"]);
    const { tls, rules } = specOf(all, "Ingress/web-https");
    assert.deepEqual(tls, [{ hosts: ["a.test"] }]);
    assert.equal((rules as { http: { paths: unknown[] } }[])[0]?.http.paths.length, 2);
    assert.equal(
      find(all, "Ingress/web-http").metadata.annotations?.[
        "traefik.ingress.kubernetes.io/router.entrypoints"
      ],
      "http",
    );
  });
});

describe("an ingress controller of the site", () => {
  const rule = (tls: boolean) => ({ host: tls ? "a.test" : "b.test", path: "/", port: 80, tls });
  const all = planned(
    withServices({ web: { "x-slipway": { ingress: [rule(true), rule(false)] } } }),
    { ingress: { className: "nginx", annotations: { "a.test/b": "c" } } },
  );

  test("gets the routes under its class, with its annotations, and redirects as it likes", () => {
    assert.deepEqual(keys(all, "Ingress"), ["web-https", "web-http"]);
    assert.equal(specOf(all, "Ingress/web-https").ingressClassName, "nginx");
    assert.deepEqual(find(all, "Ingress/web-https").metadata.annotations, {
      "a.test/b": "c",
      "pulumi.com/skipAwait": "true",
    });
  });

  test("reaches the ports of routes wherever it is", () => {
    assert.deepEqual(specOf(all, "NetworkPolicy/ingress-web").ingress, [
      { ports: [{ protocol: "TCP", port: 80 }] },
    ]);
  });
});

describe("networks", () => {
  const networks = {
    front: { name: "shop_front", ipam: {} },
    back: { name: "shop_back", ipam: {}, internal: true as const },
    unused: { name: "shop_unused", ipam: {} },
    partners: { name: "partner_net", ipam: {}, external: true as const },
  };
  const all = planned(
    withServices(
      {
        web: {
          networks: { front: null, partners: null },
          ports: [{ mode: "ingress", target: 80, published: "30080", protocol: "tcp" }],
        },
        api: { networks: { front: null, back: null } },
        db: { networks: { back: null } },
      },
      { networks },
    ),
  );

  test("divide the namespace: who is on none of another's networks does not get through", () => {
    assert.deepEqual(specOf(all, "NetworkPolicy/default-deny"), {
      podSelector: {},
      policyTypes: ["Ingress"],
    });
    assert.deepEqual(specOf(all, "NetworkPolicy/network-front"), {
      podSelector: { matchLabels: { "network.slipway/front": "yes" } },
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: { matchLabels: { "network.slipway/front": "yes" } } }] }],
    });
    assert.ok(!all.some(({ key }) => key === "NetworkPolicy/network-unused"));
  });

  test("that are internal let nothing out of services that are on no other", () => {
    const labels = (key: string) => podOf(all, `Deployment/${key}`).metadata.labels;
    assert.ok("egress.slipway/internal" in labels("db"));
    assert.ok(!("egress.slipway/internal" in labels("api")));
    const { policyTypes, egress } = specOf(all, "NetworkPolicy/internal-back");
    assert.deepEqual(policyTypes, ["Egress"]);
    assert.match(JSON.stringify(egress), /kube-dns/);
    assert.ok(!all.some(({ key }) => key === "NetworkPolicy/internal-front"));
  });

  test("that are external are those of all applications that name them", () => {
    const member = { podSelector: { matchLabels: { "network.slipway/partner-net": "yes" } } };
    assert.deepEqual(specOf(all, "NetworkPolicy/network-partners"), {
      ...member,
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ ...member, namespaceSelector: {} }] }],
    });
  });

  test("let everybody in at published ports, and the ingress at those of routes", () => {
    assert.deepEqual(specOf(all, "NetworkPolicy/published-web").ingress, [
      { ports: [{ protocol: "TCP", port: 80 }] },
    ]);
    const routed = web({
      "x-slipway": { ingress: [{ host: "a.test", path: "/", port: 80, tls: true }] },
    });
    assert.deepEqual(specOf(routed, "NetworkPolicy/ingress-web").ingress, [
      {
        from: [
          {
            namespaceSelector: {
              matchLabels: { "kubernetes.io/metadata.name": "slipway-ingress" },
            },
            podSelector: { matchLabels: ingress.traefik?.podLabels },
          },
        ],
        ports: [{ protocol: "TCP", port: 80 }],
      },
    ]);
  });
});

describe("volumes", () => {
  const mounts = ["data", "cache", "theirs"].map((source) => ({
    type: "volume" as const,
    source,
    target: `/${source}`,
  }));
  const volumes = {
    data: { name: "shop_data", driver: "fast", "x-slipway": { size: "21474836480" } },
    cache: { name: "cache_1", "x-slipway": { ephemeral: true } },
    theirs: { name: "theirs", external: true as const },
    unused: { name: "shop_unused" },
  };
  const all = web({ volumes: mounts }, { volumes });

  test("are claims by their keys, or the names that the file gives them", () => {
    assert.deepEqual(keys(all, "PersistentVolumeClaim"), ["cache-1", "data"]);
    assert.deepEqual(specOf(all, "PersistentVolumeClaim/data"), {
      accessModes: ["ReadWriteOnce"],
      storageClassName: "fast",
      resources: { requests: { storage: "20Gi" } },
    });
    assert.equal(specOf(all, "PersistentVolumeClaim/cache").storageClassName, undefined);
  });

  test("stay with their namespace when the application goes, unless their data may", () => {
    const kept = (of: readonly PlannedObject[]) =>
      of.filter(({ isKept }) => isKept).map(({ key }) => key);
    assert.deepEqual(kept(all), ["Namespace", "PersistentVolumeClaim/data"]);
    assert.deepEqual(kept(web({ volumes: mounts.slice(1, 2) }, { volumes })), []);
  });
});

describe("configs and secrets", () => {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const of = withServices(
    { web: {} },
    {
      configs: {
        text: { name: "shop_text" },
        bytes: { name: "shop_bytes" },
        theirs: { name: "theirs", external: true },
      },
      secrets: { key: { name: "shop_key" } },
    },
  );
  const made = (text: string, key: string, fields: Partial<KubernetesArgs> = {}) =>
    planned(of, {
      ...fields,
      plan: {
        ...plan(of),
        configs: { text: base64(text), bytes: Buffer.from([0xff, 0x00]).toString("base64") },
        secrets: { key: base64(key) },
      },
    });
  const nameOf = (all: readonly PlannedObject[], key: string) => find(all, key).metadata.name;

  test("are named by their content, and never changed", () => {
    const [first, other] = [made("a", "k"), made("b", "l")];
    for (const key of ["ConfigMap/text", "Secret/key"]) {
      assert.equal(find(first, key).immutable, true);
      assert.notEqual(nameOf(first, key), nameOf(other, key));
      assert.equal(nameOf(first, key), nameOf(made("a", "k"), key));
    }
    assert.match(nameOf(first, "ConfigMap/text"), /^text-[0-9a-f]{12}$/);
  });

  test("keep what is no text as bytes", () => {
    assert.deepEqual(find(made("é", "k"), "ConfigMap/text").data, { text: "é" });
    assert.deepEqual(find(made("a", "k"), "ConfigMap/bytes").binaryData, { bytes: "/wA=" });
  });

  test("tell nothing of a secret's value by its name", () => {
    const other = { salt: "other" };
    assert.notEqual(
      nameOf(made("a", "k"), "Secret/key"),
      nameOf(made("a", "k", other), "Secret/key"),
    );
    assert.equal(
      nameOf(made("a", "k"), "ConfigMap/text"),
      nameOf(made("a", "k", other), "ConfigMap/text"),
    );
    assert.ok(
      made("a", "k").every(
        ({ key, isSecret }) => isSecret === (key === "Secret/key" ? true : undefined),
      ),
    );
  });

  test("that exist already are not made", () => {
    assert.deepEqual(keys(made("a", "k"), "ConfigMap").length, 2);
  });

  test("of registries are for pods whose image comes from there", () => {
    const credential = { username: "u", password: "p" };
    const pull = planned(withServices({ web: {}, other: { image: "other.test/x:1" } }), {
      registries: { "registry.test": credential, "unused.test": credential },
    });
    const { type, data } = find(pull, "Secret/registries.slipway");
    assert.equal(type, "kubernetes.io/dockerconfigjson");
    const text = Buffer.from(
      (data as Record<string, string>)[".dockerconfigjson"] ?? "",
      "base64",
    ).toString();
    assert.deepEqual(JSON.parse(text), {
      auths: { "registry.test": { ...credential, auth: "dTpw" } },
    });
    assert.ok(podOf(pull, "Deployment/web").spec.imagePullSecrets);
    assert.equal(podOf(pull, "Deployment/other").spec.imagePullSecrets, undefined);
  });
});

describe("jobs of a deployment", () => {
  const of = withServices(
    {
      db: { networks: { default: { aliases: ["database"] } } },
      api: { depends_on: { db: { condition: "service_healthy", required: true } }, expose: ["80"] },
      web: {},
    },
    {
      "x-slipway": {
        jobs: {
          migrate: { when: "before", service: "api", command: ["migrate"], timeout: "1m0s" },
          check: { when: "before", service: "api" },
          warm: { when: "after", service: "web" },
          nightly: { when: "schedule", schedule: "0 3 * * *", service: "db" },
        },
      },
    },
  );
  const all = planned(of);
  const after = (key: string) => all.find((one) => one.key === key)?.after ?? [];

  test("run before everything but what they need, one after the other, or after everything", () => {
    assert.ok(after("Job/job-migrate").includes("Deployment/db"));
    assert.ok(!after("Deployment/db").includes("Job/job-migrate"));
    assert.ok(after("Job/job-check").includes("Job/job-migrate"));
    for (const key of ["Deployment/api", "Deployment/web"])
      assert.ok(after(key).includes("Job/job-check"));
    for (const key of ["api", "db", "web"])
      assert.ok(after("Job/job-warm").includes(`Deployment/${key}`));
  });

  test("are no pods of their service: no requests, no aliases, no probes, one try", () => {
    const { metadata, spec } = podOf(all, "Job/job-migrate");
    const labels = metadata.labels as Record<string, string>;
    assert.equal(labels["app.kubernetes.io/name"], "job-migrate");
    assert.ok(!("alias.slipway/database" in podOf(all, "CronJob/job-nightly").metadata.labels));
    assert.equal(labels["network.slipway/default"], "yes");
    assert.equal(spec.restartPolicy, "Never");
    assert.deepEqual(spec.containers[0].args, ["migrate"]);
    assert.equal(spec.containers[0].ports, undefined);
    const { backoffLimit, activeDeadlineSeconds } = specOf(all, "Job/job-migrate");
    assert.deepEqual([backoffLimit, activeDeadlineSeconds], [0, 60]);
  });

  test("run once for each release", () => {
    const next = planned(of, { plan: { ...plan(of), applicationVersion: "1.0.1" } });
    const name = (from: readonly PlannedObject[]) => find(from, "Job/job-migrate").metadata.name;
    assert.notEqual(name(all), name(next));
    assert.equal(name(all), name(planned(of)));
  });

  test("at times never run beside their own last run", () => {
    const { schedule, concurrencyPolicy } = specOf(all, "CronJob/job-nightly");
    assert.deepEqual([schedule, concurrencyPolicy], ["0 3 * * *", "Forbid"]);
  });

  test("at times are left out where they could not begin for some minutes", () => {
    assert.equal(specOf(all, "CronJob/job-nightly").startingDeadlineSeconds, 300);
  });
});

describe("placement", () => {
  const placed = (constraints: readonly string[], placement: object = {}) =>
    podOf(web({ deploy: deploy({ placement: { constraints, ...placement } }) }), "Deployment/web")
      .spec;
  const nodes = (constraints: readonly string[]) => {
    const affinity = placed(constraints).affinity as {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: unknown }];
        };
      };
    };
    return affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]
      .matchExpressions;
  };

  const cases: readonly (readonly [string, object])[] = [
    ["node.labels.zone == a", { key: "zone", operator: "In", values: ["a"] }],
    [
      "node.labels.com.test/Disk!=ssd",
      { key: "com.test/Disk", operator: "NotIn", values: ["ssd"] },
    ],
    [
      "node.hostname == Worker-0",
      { key: "kubernetes.io/hostname", operator: "In", values: ["worker-0"] },
    ],
    ["node.role == manager", { key: "node-role.kubernetes.io/control-plane", operator: "Exists" }],
    [
      "node.role != manager",
      { key: "node-role.kubernetes.io/control-plane", operator: "DoesNotExist" },
    ],
    [
      "Node.Role==worker",
      { key: "node-role.kubernetes.io/control-plane", operator: "DoesNotExist" },
    ],
    ["node.platform.os == linux", { key: "kubernetes.io/os", operator: "In", values: ["linux"] }],
    [
      "node.platform.arch == aarch64",
      { key: "kubernetes.io/arch", operator: "In", values: ["arm64"] },
    ],
  ];
  for (const [constraint, expected] of cases)
    test(`${constraint} is asked of nodes`, () => {
      assert.deepEqual(nodes([constraint]), [expected]);
    });

  test("tolerates the taints of the pools that it asks for", () => {
    const gpu = [{ key: "gpu", operator: "Equal", value: "yes", effect: "NoSchedule" }];
    assert.deepEqual(placed(["node.labels.gpu == yes"]).tolerations, gpu);
    assert.deepEqual(placed(["node.labels.gpu == yes", "node.hostname == w1"]).tolerations, gpu);
    assert.equal(placed(["node.labels.gpu != yes"]).tolerations, undefined);
    assert.equal(placed(["node.labels.gpu == no"]).tolerations, undefined);
    assert.equal(placed(["node.hostname == w1"]).tolerations, undefined);
    assert.equal(
      placed(["node.labels.zone == a"]).tolerations,
      undefined,
      "there are nodes without taints in the zone",
    );
    assert.deepEqual(placed(["node.role == manager"]).tolerations, [
      { key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" },
    ]);
  });

  test("spreads over nodes, and over what the file says", () => {
    const { topologySpreadConstraints: spread } = placed([], {
      preferences: [{ spread: "node.labels.zone" }],
    });
    assert.deepEqual(
      (spread as { topologyKey: string; whenUnsatisfiable: string }[]).map(
        ({ topologyKey, whenUnsatisfiable }) => [topologyKey, whenUnsatisfiable],
      ),
      [
        ["zone", "ScheduleAnyway"],
        ["kubernetes.io/hostname", "ScheduleAnyway"],
      ],
    );
  });

  test("holds to max_replicas_per_node", () => {
    assert.match(
      JSON.stringify(placed([], { max_replicas_per_node: 1 }).affinity),
      /podAntiAffinity/,
    );
    const two = placed([], { max_replicas_per_node: 2 });
    assert.match(JSON.stringify(two.topologySpreadConstraints), /"maxSkew":2,.*"DoNotSchedule"/);
    assert.equal(two.affinity, undefined);
  });
});

describe("the namespace", () => {
  test("is the application's, with dashes, and says who made it and what its pods may do", () => {
    const { metadata } = find(
      planned(withServices({ web: {} }), { application: "my_shop" }),
      "Namespace",
    );
    assert.equal(metadata.name, "my-shop");
    assert.equal(metadata.labels["pod-security.kubernetes.io/enforce"], "baseline");
    assert.deepEqual(metadata.annotations, { "slipway.stack": "slipway/shop-prod" });
  });

  test("stands before all that is in it", () => {
    const all = planned(args(withServices({ web: {} })).plan.project);
    assert.equal(all[0]?.key, "Namespace");
    for (const { key, after } of all.slice(1)) assert.ok(after.length > 0, key);
  });
});
