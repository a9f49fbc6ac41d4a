import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { costsOf, costTable, isSettled, total, type Sample } from "../../bench/platform/cost";
import { kubernetesSamples, swarmSamples } from "../../bench/platform/samples";

const sample = (id: string, at: number, cpuSeconds: number, part = "slipway_a"): Sample => ({
  part,
  id,
  at,
  cpuSeconds,
  memoryMiB: 10,
});

void describe("what a part of the platform costs", () => {
  void test("is the sum of its containers, each over its own time", () => {
    const before = [sample("1", 0, 5), sample("2", 1, 7), sample("3", 0, 0, "slipway_b")];
    const after = [sample("1", 60, 11), sample("2", 51, 12), sample("3", 60, 0, "slipway_b")];
    const costs = costsOf(before, after);
    assert.deepEqual(costs, [
      { part: "slipway_a", containers: 2, milliCpus: 200, memoryMiB: 20 },
      { part: "slipway_b", containers: 1, milliCpus: 0, memoryMiB: 10 },
    ]);
    assert.deepEqual(total(costs), { part: "all", containers: 3, milliCpus: 200, memoryMiB: 30 });
  });

  void test("leaves out what was not there at both moments", () => {
    assert.deepEqual(costsOf([sample("1", 0, 1)], [sample("2", 60, 2)]), []);
  });

  void test("is not known where no time has passed", () => {
    assert.throws(() => costsOf([sample("1", 9, 1)], [sample("1", 9, 1)]), /no time has passed/);
  });

  void test("has settled when two windows differ by a fifth at most", () => {
    const cost = (milliCpus: number) => [{ part: "a", containers: 1, milliCpus, memoryMiB: 1 }];
    assert.ok(isSettled(cost(100), cost(81)));
    assert.ok(!isSettled(cost(100), cost(75)));
  });

  void test("is a table with a row for each part, and for all", () => {
    const phases = new Map([
      ["3 machines", [{ part: "a", containers: 1, milliCpus: 1.25, memoryMiB: 30.4 }]],
      ["5 machines", [{ part: "b", containers: 1, milliCpus: 2, memoryMiB: 40 }]],
    ]);
    assert.deepEqual(costTable(phases).split("\n"), [
      "| part | CPU, 3 machines | memory, 3 machines | CPU, 5 machines | memory, 5 machines |",
      "| --- | ---: | ---: | ---: | ---: |",
      "| a | 1.3 m | 30 MiB |  |  |",
      "| b |  |  | 2.0 m | 40 MiB |",
      "| all | 1.3 m | 30 MiB | 2.0 m | 40 MiB |",
    ]);
  });
});

void describe("samples", () => {
  void test("of a Swarm's machine are of Slipway's services, without what the kernel can take back", () => {
    const printed = [
      `a1 slipway_ingress_traefik 1700000000000000000 2500000000 ${30 * 2 ** 20} ${10 * 2 ** 20}`,
      `b2 shop_web 1700000000000000000 1 1 1`,
      "",
    ].join("\n");
    assert.deepEqual(swarmSamples(printed), [
      {
        part: "slipway_ingress_traefik",
        id: "a1",
        at: 1_700_000_000,
        cpuSeconds: 2.5,
        memoryMiB: 20,
      },
    ]);
  });

  void test("without figures are an error, and not nothing", () => {
    assert.throws(() => swarmSamples("a1 slipway_ingress_traefik 17"), /no figures/);
  });

  void test("of a kubelet are of Slipway's namespaces", () => {
    const container = {
      name: "traefik",
      cpu: { time: "2026-01-01T00:00:10Z", usageCoreNanoSeconds: 3e9 },
      memory: { workingSetBytes: 5 * 2 ** 20 },
    };
    const pod = (namespace: string) => ({
      podRef: { name: "p", namespace, uid: namespace },
      containers: [container, { name: "starting" }],
    });
    assert.deepEqual(kubernetesSamples({ pods: [pod("slipway-ingress"), pod("shop")] }), [
      {
        part: "slipway-ingress/traefik",
        id: "slipway-ingress/traefik",
        at: Date.parse("2026-01-01T00:00:10Z") / 1000,
        cpuSeconds: 3,
        memoryMiB: 5,
      },
    ]);
  });
});
