/** Clusters as the status may find them: one that is well, one that is not, and one that does not answer. */
import {
  absent,
  known,
  unknown,
  type AlertFacts,
  type ClusterFacts,
  type NodeFacts,
  type PlotFacts,
  type StatusFacts,
} from "../../../cli/status/facts";

const gibibyte = 2 ** 30;

export const at = "2026-11-22T09:30:00.000Z";

export function node(name: string, changed: Partial<NodeFacts> = {}): NodeFacts {
  const isManager = name.includes("managers");
  return {
    name,
    role: isManager ? "manager" : "worker",
    isReady: true,
    availability: "active",
    ...(isManager && { decides: true }),
    version: "20.10.24",
    takesWork: true,
    has: { cpus: isManager ? 2 : 8, memoryBytes: (isManager ? 4 : 32) * gibibyte },
    reserved: isManager
      ? { cpus: 0.2, memoryBytes: 0.5 * gibibyte }
      : { cpus: 3.5, memoryBytes: 14 * gibibyte },
    reservedByEach: { cpus: 0.1, memoryBytes: 0.25 * gibibyte },
    ...changed,
  };
}

function controlPlane(name: string): NodeFacts {
  return node(name, {
    role: "controlPlane",
    decides: true,
    version: "1.34.1",
    takesWork: false,
    has: { cpus: 4, memoryBytes: 8 * gibibyte },
  });
}

/** A day's wave, the same in every run. */
function wave(middle: number, swing: number, points = 73): number[] {
  return Array.from(
    { length: points },
    (_, index) =>
      Math.round(
        (middle + swing * Math.sin(index / 9) + (swing / 4) * Math.sin(index * 2.3)) * 1e4,
      ) / 1e4,
  );
}

function plots(load: number): PlotFacts[] {
  return [
    { name: "cpu", values: wave(0.3 * load, 0.1) },
    { name: "memory", values: wave(0.5 * load, 0.02) },
    { name: "requests", values: wave(140 * load, 60) },
    { name: "errors", values: wave(0.002, 0.002).map((value) => Math.max(0, value)) },
    { name: "latency", values: wave(0.18 * load, 0.05) },
  ];
}

const watchdog: AlertFacts = {
  name: "Watchdog",
  severity: "none",
  since: "2026-11-20T08:00:00.000Z",
  summary: "Alerts arrive",
  isSilenced: false,
};

export function healthy(): ClusterFacts {
  const nodes = [
    ...["control-0", "control-1", "control-2"].map((name) => controlPlane(`dev-${name}-g1`)),
    ...["workers-0", "workers-1", "workers-2", "workers-3"].map((name) =>
      node(`dev-${name}-g2`, { version: "1.34.1" }),
    ),
  ];
  return {
    stack: "dev",
    orchestrator: "kubernetes",
    version: "1.4.0",
    members: known({
      nodes,
      services: [
        { application: "shop", name: "web", running: 2, wanted: 2 },
        { application: "shop", name: "api", running: 2, wanted: 2 },
        { application: "slipway-monitoring", name: "prometheus", running: 1, wanted: 1 },
        { application: "kube-system", name: "coredns", running: 2, wanted: 2 },
      ],
    }),
    applications: [
      {
        stack: "shop-dev",
        namespace: "shop",
        environment: "dev",
        hasServices: true,
        release: {
          number: 112,
          applicationVersion: "2.1.0",
          environmentVersion: "1.1.1",
          kind: "deploy",
          by: "lena",
          at: "2026-11-22T08:51:00.000Z",
        },
      },
    ],
    measures: known({
      nodes: Object.fromEntries(
        nodes.map(({ name }, index) => [
          name,
          {
            cpu: 0.2 + index / 20,
            memory: 0.4 + index / 30,
            disk: { used: 0.3 + index / 50, mountpoint: "/" },
          },
        ]),
      ),
      plots: plots(1),
      certificates: [
        {
          name: "the certificate of https://shop.dev.example.com/",
          expires: "2027-01-20T00:00:00.000Z",
        },
      ],
    }),
    alerts: known([watchdog]),
    certificates: [
      { name: "the administrators' client certificate", expires: "2027-09-01T00:00:00.000Z" },
    ],
  };
}

/** @param hostile what a name may have in it that wants to be more than a text */
export function degraded(hostile = ""): ClusterFacts {
  const lost = node("prod-managers-2-g3", {
    isReady: false,
    decides: false,
    trouble: "down (heartbeat failure)",
    takesWork: false,
  });
  const nodes = [
    node("prod-managers-0-g3"),
    node("prod-managers-1-g3"),
    lost,
    node("prod-workers-0-g1"),
    node("prod-workers-1-g1", { availability: "drain", takesWork: false }),
    node("prod-workers-2-g1", {
      reserved: { cpus: 7.5, memoryBytes: 30 * gibibyte },
    }),
  ];
  return {
    stack: "prod",
    orchestrator: "swarm",
    version: "2.0.3",
    members: known({
      nodes,
      services: [
        { application: "shop", name: "web", running: 1, wanted: 4 },
        { application: "shop", name: "api", running: 3, wanted: 3 },
        { application: "billing", name: "worker", running: 2, wanted: 2 },
        { application: "legacy", name: "cron", running: 1, wanted: 1 },
        { application: "slipway_monitoring", name: "prometheus", running: 1, wanted: 1 },
        { application: "slipway_ingress", name: "traefik", running: 2, wanted: 2 },
      ],
    }),
    applications: [
      {
        stack: "shop-prod",
        namespace: "shop",
        environment: "prod",
        hasServices: true,
        release: {
          number: 41,
          applicationVersion: "2.0.1",
          environmentVersion: "1.1.1",
          kind: "promote",
          by: "jan",
          at: "2026-11-19T14:02:00.000Z",
        },
      },
      {
        stack: "billing-prod",
        namespace: "billing",
        environment: "prod",
        hasServices: true,
        release: {
          number: 7,
          applicationVersion: "0.9.4",
          environmentVersion: "1.0.0",
          kind: "rollback",
          by: "ci",
          at: "2026-11-22T07:10:00.000Z",
        },
        failedSince: {
          number: 8,
          applicationVersion: "0.9.5",
          environmentVersion: "1.0.0",
          kind: "deploy",
          by: `ci${hostile}`,
          at: "2026-11-22T09:12:00.000Z",
        },
      },
    ],
    measures: known({
      nodes: {
        "prod-managers-0-g3": { cpu: 0.12, memory: 0.41, disk: { used: 0.44, mountpoint: "/" } },
        "prod-managers-1-g3": { cpu: 0.1, memory: 0.39, disk: { used: 0.43, mountpoint: "/" } },
        "prod-workers-0-g1": {
          cpu: 0.81,
          memory: 0.66,
          disk: { used: 0.961, mountpoint: "/var/lib/docker" },
        },
        "prod-workers-1-g1": { cpu: 0.02, memory: 0.2, disk: { used: 0.51, mountpoint: "/" } },
        "prod-workers-2-g1": { cpu: 0.93, memory: 0.88, disk: { used: 0.6, mountpoint: "/" } },
      },
      plots: plots(1.8).map(({ name, values }) => ({
        name,
        // Prometheus was away for a while.
        values: values.map((value, index) => (index > 30 && index < 37 ? null : value)),
      })),
      certificates: [
        {
          name: "the certificate of https://shop.example.com/",
          expires: "2026-12-02T12:00:00.000Z",
        },
      ],
    }),
    alerts: known([
      watchdog,
      {
        name: "NodeDown",
        severity: "critical",
        owner: "platform",
        since: "2026-11-22T09:18:00.000Z",
        summary: "Node prod-managers-2-g3 is down",
        runbook: "https://runbooks.example.com/NodeDown.md",
        isSilenced: false,
      },
      {
        name: "ServiceNotAtItsReplicas",
        severity: "warning",
        owner: "team-shop",
        since: "2026-11-22T09:02:00.000Z",
        summary: "shop/web lacks 3 of its tasks",
        runbook: "docs/runbooks/ServiceNotAtItsReplicas.md",
        isSilenced: false,
      },
      {
        name: "ProbeFailing",
        severity: "critical",
        owner: "team-legacy",
        since: "2026-11-12T09:00:00.000Z",
        summary: "https://legacy.example.com/ does not answer as its users ask for it",
        runbook: `${hostile}docs/runbooks/ProbeFailing.md`,
        isSilenced: true,
      },
    ]),
    certificates: [
      { name: "the client certificate for the Docker API", expires: "2027-06-30T00:00:00.000Z" },
    ],
  };
}

export function unreachable(): ClusterFacts {
  return {
    stack: "edge",
    orchestrator: "swarm",
    version: "1.0.0",
    members: unknown(
      "no manager of the cluster can be used: tcp://10.9.0.11:2376: no answer in 3 s; check that this machine reaches the managers on port 2376",
    ),
    applications: [
      {
        stack: "till-edge",
        namespace: "till",
        environment: "edge",
        hasServices: true,
        release: {
          number: 3,
          applicationVersion: "1.2.0",
          environmentVersion: "1.0.0",
          kind: "deploy",
          by: "jan",
          at: "2026-10-01T10:00:00.000Z",
        },
      },
    ],
    measures: unknown("no answer in 15 s"),
    alerts: unknown("no answer in 15 s"),
    certificates: [
      { name: "the client certificate for the Docker API", expires: "2027-06-30T00:00:00.000Z" },
    ],
  };
}

/** One that stands without monitoring, by choice. */
export function unmonitored(): ClusterFacts {
  const reason = "its cluster.yml has no platform.monitoring";
  return {
    ...healthy(),
    stack: "small",
    measures: absent(reason),
    alerts: absent(reason),
  };
}

export function facts(...clusters: readonly ClusterFacts[]): StatusFacts {
  return { at, toolVersion: "0.1.0", clusters, unreadable: [] };
}
