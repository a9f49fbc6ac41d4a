/** What the facts about a cluster mean. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { capacityOf } from "../../../cli/status/capacity";
import {
  absent,
  known,
  unknown,
  type AlertFacts,
  type CertificateFacts,
  type ClusterFacts,
  type MemberFacts,
  type NodeFacts,
  type ServiceFacts,
  type UseFacts,
} from "../../../cli/status/facts";
import { verdict } from "../../../cli/status/formats/words";
import { statusView } from "../../../cli/status/model";
import type { ClusterView, Severity } from "../../../cli/status/view";
import { at, degraded, facts, healthy, node, unmonitored, unreachable } from "./facts";

function viewOf(cluster: ClusterFacts): ClusterView {
  const [view] = statusView(facts(cluster)).clusters;
  assert.ok(view !== undefined);
  return view;
}

/** A cluster that is well but for what a test changes. */
function cluster(changed: Partial<ClusterFacts> = {}): ClusterView {
  return viewOf({ ...healthy(), ...changed });
}

function withMembers(changed: Partial<MemberFacts>): ClusterView {
  const { members } = healthy();
  assert.ok(members.kind === "known");
  return cluster({ members: known({ ...members.value, ...changed }), orchestrator: "swarm" });
}

function problems({ problems: all }: ClusterView): readonly string[] {
  return all.map(({ severity, text }) => `${severity}: ${text}`);
}

void describe("quorum", () => {
  const managers = (all: number, deciding: number): readonly NodeFacts[] => [
    ...Array.from({ length: all }, (_, index) =>
      node(`managers-${index}`, { isReady: true, decides: index < deciding }),
    ),
    node("workers-0"),
  ];
  const cases: readonly (readonly [number, number, Severity, string])[] = [
    [1, 1, "ok", "1 of 1 manager, which may not be lost"],
    [1, 0, "critical", "0 of 1 manager, no quorum: nothing can be decided"],
    [3, 3, "ok", "3 of 3 managers, 1 may be lost"],
    [3, 2, "critical", "2 of 3 managers, no more may be lost"],
    [3, 1, "critical", "1 of 3 managers, no quorum: nothing can be decided"],
    [5, 5, "ok", "5 of 5 managers, 2 may be lost"],
    [5, 4, "warning", "4 of 5 managers, 1 more may be lost"],
    [5, 3, "critical", "3 of 5 managers, no more may be lost"],
    [2, 2, "critical", "2 of 2 managers, no more may be lost"],
  ];
  for (const [all, deciding, severity, text] of cases)
    void test(`with ${deciding} of ${all} is ${severity}`, () => {
      const { quorum } = withMembers({ nodes: managers(all, deciding), services: [] });
      assert.equal(quorum.severity, severity);
      assert.equal("value" in quorum ? quorum.value.text : quorum.reason, text);
    });
});

void describe("a node", () => {
  const cases: readonly (readonly [string, Partial<NodeFacts>, UseFacts, Severity, string])[] = [
    ["is well", {}, { cpu: 0.89, memory: 0.91, disk: { used: 0.84, mountpoint: "/" } }, "ok", ""],
    [
      "that is down is critical",
      { isReady: false, trouble: "down" },
      {},
      "critical",
      "node workers-0 is down",
    ],
    [
      "that is drained is worth a look",
      { availability: "drain" },
      {},
      "warning",
      "node workers-0 is ready, drained",
    ],
    [
      "with little memory left is worth a look",
      {},
      { memory: 0.925 },
      "warning",
      "node workers-0: memory is used to 92 %",
    ],
    [
      "with a full disk is critical",
      {},
      { disk: { used: 0.999, mountpoint: "/srv" } },
      "critical",
      "node workers-0: the disk at /srv is used to 99 %",
    ],
  ];
  for (const [title, changed, use, severity, text] of cases)
    void test(title, () => {
      const { measures } = healthy();
      assert.ok(measures.kind === "known");
      const others = ["managers-0", "workers-1", "workers-2", "workers-3"].map((name) =>
        node(name),
      );
      const nodes = [node("workers-0", changed), ...others];
      const view = cluster({
        orchestrator: "swarm",
        members: known({ nodes, services: [] }),
        applications: [],
        measures: known({ ...measures.value, nodes: { "workers-0": use } }),
      });
      assert.equal(view.severity, severity);
      assert.deepEqual(problems(view), text === "" ? [] : [`${severity}: ${text}`]);
    });

  void test("that is ready and takes no part in decisions is critical", () => {
    const nodes = ["managers-0", "managers-1", "managers-2"].map((name, index) =>
      node(name, { decides: index > 0 }),
    );
    const { nodes: part } = withMembers({ nodes, services: [] });
    assert.ok("value" in part);
    assert.deepEqual(
      part.value.map(({ severity, state }) => [severity, state]),
      [
        ["critical", "ready, takes no part in decisions"],
        ["ok", "ready"],
        ["ok", "ready"],
      ],
    );
  });
});

void describe("capacity", () => {
  const gibibyte = 2 ** 30;
  const worker = (name: string, memory: number, reserved: number, each = 0) =>
    node(name, {
      has: { cpus: 4, memoryBytes: memory * gibibyte },
      reserved: { cpus: 1, memoryBytes: reserved * gibibyte },
      reservedByEach: { cpus: 0, memoryBytes: each * gibibyte },
    });

  void test("is that of the nodes that take work, and what is lost is the largest", () => {
    const capacity = capacityOf([
      worker("workers-0", 8, 2),
      worker("workers-1", 16, 4),
      worker("workers-2", 8, 2),
      { ...worker("workers-3", 64, 0), takesWork: false },
      { ...worker("workers-4", 64, 0), isReady: false },
    ]);
    assert.deepEqual(capacity?.memoryBytes, { reserved: 8 * gibibyte, had: 32 * gibibyte });
    assert.equal(capacity.withoutOne?.node, "workers-1");
    assert.deepEqual(capacity.withoutOne.memoryBytes, {
      reserved: 8 * gibibyte,
      had: 16 * gibibyte,
    });
    assert.equal(capacity.withoutOne.fits, true);
  });

  void test("does not move what every node has one of", () => {
    const all = (each: number) =>
      capacityOf(["0", "1"].map((name) => worker(name, 8, 5, each)))?.withoutOne?.fits;
    assert.equal(all(0), false);
    assert.equal(all(2), true);
  });

  void test("that is full to the last byte is enough", () => {
    const fits = (reserved: number) =>
      capacityOf(["0", "1"].map((name) => worker(name, 8, reserved)))?.withoutOne?.fits;
    assert.equal(fits(4), true);
    assert.equal(fits(4.1), false);
  });

  void test("of one node says nothing of its loss, and of none there is none", () => {
    assert.equal(capacityOf([worker("0", 8, 5)])?.withoutOne, undefined);
    assert.equal(capacityOf([{ ...worker("0", 8, 5), isReady: false }]), undefined);
  });

  void test("that nobody has is not taken for enough", () => {
    const view = withMembers({
      nodes: [node("managers-0", { takesWork: false })],
      services: [],
    });
    assert.deepEqual(view.capacity, {
      severity: "unknown",
      reason: "no node that is ready takes work",
    });
    assert.ok(problems(view).includes("unknown: no node that is ready takes work"));
  });
});

void describe("an application", () => {
  const service = (running: number, wanted: number): ServiceFacts => ({
    application: "shop",
    name: "web",
    running,
    wanted,
  });
  const cases: readonly (readonly [number, number, Severity])[] = [
    [2, 2, "ok"],
    [3, 2, "ok"],
    [1, 2, "warning"],
    [0, 2, "critical"],
    [0, 0, "ok"],
  ];
  for (const [running, wanted, severity] of cases)
    void test(`of which ${running} of ${wanted} run is ${severity}`, () => {
      const { applications } = withMembers({ services: [service(running, wanted)] });
      assert.equal(applications.severity, severity);
    });

  void test("that is released and not on the cluster is critical, but where it has jobs alone", () => {
    const [shop] = healthy().applications;
    assert.ok(shop !== undefined);
    const gone = (hasServices: boolean) =>
      viewOf({
        ...healthy(),
        members: known({ nodes: [node("managers-0")], services: [] }),
        applications: [{ ...shop, hasServices }],
      });
    assert.deepEqual(problems(gone(true)), ["critical: shop-dev: nothing of it is on the cluster"]);
    assert.deepEqual(problems(gone(false)), []);
  });

  void test("whose last release failed is worth a look, and shows the one that runs", () => {
    const { applications } = viewOf(degraded());
    assert.ok("value" in applications);
    const billing = applications.value.find(({ stack }) => stack === "billing-prod");
    assert.equal(billing?.severity, "warning");
    assert.equal(billing.release?.applicationVersion, "0.9.4");
    assert.equal(billing.failedSince?.number, 8);
  });

  void test("has its releases where the cluster does not answer, and nothing that says it runs", () => {
    const { applications } = viewOf(unreachable());
    assert.ok("value" in applications);
    assert.deepEqual(
      applications.value.map(({ stack, severity, tasks, release }) => [
        stack,
        severity,
        tasks,
        release?.applicationVersion,
      ]),
      [["till-edge", "unknown", undefined, "1.2.0"]],
    );
  });

  void test("is of the platform by the names that this has for itself", () => {
    const of = (orchestrator: "swarm" | "kubernetes", application: string) => {
      const services = [{ application, name: "x", running: 1, wanted: 1 }];
      const members = known({ nodes: [node("managers-0")], services });
      const { applications } = cluster({ orchestrator, members, applications: [] });
      return "value" in applications && applications.value[0]?.isPlatform;
    };
    assert.equal(of("swarm", "slipway_monitoring"), true);
    assert.equal(of("swarm", "slipways"), false);
    assert.equal(of("swarm", "kube-system"), false);
    assert.equal(of("kubernetes", "kube-system"), true);
    assert.equal(of("kubernetes", "slipway-registry"), true);
    assert.equal(of("kubernetes", "shop"), false);
  });
});

void describe("alerts", () => {
  const alert = (name: string, changed: Partial<AlertFacts> = {}): AlertFacts => ({
    name,
    severity: "warning",
    since: at,
    summary: "summary",
    isSilenced: false,
    ...changed,
  });
  const watchdog = alert("Watchdog", { severity: "none" });

  void test("that fire count by their severity, and a strange one as a warning", () => {
    const severity = (changed: Partial<AlertFacts>) =>
      cluster({ alerts: known([watchdog, alert("Some", changed)]) }).severity;
    assert.equal(severity({ severity: "critical" }), "critical");
    assert.equal(severity({ severity: "warning" }), "warning");
    assert.equal(severity({ severity: "page" }), "warning");
    assert.equal(severity({ severity: "info" }), "ok");
    assert.equal(severity({ severity: "critical", isSilenced: true }), "ok");
  });

  void test("that are silenced are shown, last, and not as well", () => {
    const { alerts } = cluster({
      alerts: known([
        alert("Quiet", { severity: "critical", isSilenced: true }),
        watchdog,
        alert("Late"),
        alert("Early", { since: "2026-11-01T00:00:00.000Z" }),
        alert("Worst", { severity: "critical" }),
      ]),
    });
    assert.ok("value" in alerts);
    assert.deepEqual(
      alerts.value.map(({ name, level }) => [name, level]),
      [
        ["Worst", "critical"],
        ["Early", "warning"],
        ["Late", "warning"],
        ["Quiet", "none"],
      ],
    );
  });

  void test("are not known where the one that always fires is missing", () => {
    const view = cluster({ alerts: known([]) });
    assert.equal(view.severity, "unknown");
    assert.match(problems(view)[0] ?? "", /^unknown: Alertmanager has no Watchdog/);
  });
});

void describe("a certificate", () => {
  const ending = (expires: string): CertificateFacts => ({ name: "the certificate", expires });
  const cases: readonly (readonly [string, Severity, string])[] = [
    ["2026-12-13T09:30:00.000Z", "ok", ""],
    ["2026-12-13T09:29:59.000Z", "warning", "the certificate ends in 20 days"],
    ["2026-11-25T09:30:00.000Z", "warning", "the certificate ends in 3 days"],
    ["2026-11-25T09:29:00.000Z", "critical", "the certificate ends in 2 days"],
    ["2026-11-22T10:00:00.000Z", "critical", "the certificate ends within a day"],
    ["2026-11-22T09:29:00.000Z", "critical", "the certificate has ended"],
  ];
  for (const [expires, severity, text] of cases)
    void test(`that ends at ${expires} is ${severity}`, () => {
      const view = cluster({ certificates: [ending(expires)] });
      assert.deepEqual(problems(view), text === "" ? [] : [`${severity}: ${text}`]);
    });

  void test("that probes see counts as those of the state", () => {
    const { certificates } = viewOf(degraded());
    assert.equal(certificates.severity, "warning");
    assert.ok("value" in certificates);
    assert.deepEqual(
      certificates.value.map(({ days }) => days),
      [10, 219],
    );
  });
});

void describe("a source that does not answer", () => {
  void test("leaves the others, and says so", () => {
    const view = cluster({ measures: unknown("no answer in 15 s") });
    assert.equal(view.severity, "unknown");
    assert.deepEqual(problems(view), ["unknown: Prometheus can't be asked: no answer in 15 s"]);
    assert.equal(view.nodes.severity, "ok");
    assert.deepEqual(view.plots, { severity: "unknown", reason: "no answer in 15 s" });
  });

  void test("is told once where it is the same for metrics and alerts", () => {
    assert.deepEqual(problems(viewOf(unreachable())).slice(1), [
      "unknown: monitoring can't be asked: no answer in 15 s",
    ]);
  });

  void test("makes no part of it well", () => {
    const { quorum, nodes, applications, alerts, capacity, plots } = viewOf(unreachable());
    for (const part of [quorum, nodes, applications, alerts, capacity, plots])
      assert.equal(part.severity, "unknown");
  });

  void test("that is not there by choice is no problem", () => {
    const view = viewOf(unmonitored());
    assert.equal(view.severity, "ok");
    assert.equal(view.alerts.severity, "none");
    assert.equal(cluster({ alerts: absent("elsewhere") }).severity, "ok");
  });
});

void describe("the whole", () => {
  void test("is as its worst cluster, what is critical before what is unknown", () => {
    const severity = (...all: readonly ClusterFacts[]) => statusView(facts(...all)).severity;
    assert.equal(severity(healthy(), unreachable(), degraded()), "critical");
    assert.equal(severity(healthy(), unreachable()), "unknown");
    assert.equal(severity(healthy(), unmonitored()), "ok");
  });

  void test("says in one sentence how it is", () => {
    const said = (...all: readonly ClusterFacts[]) => verdict(statusView(facts(...all)));
    assert.equal(said(healthy()), "dev is healthy");
    assert.equal(said(degraded()), "prod is critical");
    assert.equal(said(unreachable()), "edge is not known in full");
    assert.equal(said(healthy(), unmonitored()), "all 2 clusters are healthy");
    assert.equal(
      said(healthy(), degraded(), unreachable()),
      "of 3 clusters, 1 critical, 1 not known in full",
    );
  });

  void test("is unknown where a Pulumi stack can't be read, whatever it is", () => {
    const view = statusView({
      ...facts(healthy()),
      unreadable: [{ stack: "shop-prod", reason: "its passphrase is another one" }],
    });
    assert.equal(view.severity, "unknown");
    assert.equal(verdict(view), "dev is healthy; 1 Pulumi stack can't be read");
  });
});
