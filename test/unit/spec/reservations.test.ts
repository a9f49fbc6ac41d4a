import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { milliCpus, reservations } from "../../../components/spec/cluster/reservations";

describe("what pods may not have follows the size of the machine", () => {
  const cases: readonly [numCpus: number, memoryMiB: number, cpu: string, memory: number][] = [
    [1, 1024, "100m", 128],
    [2, 4096, "100m", 256],
    [4, 8192, "100m", 512],
    [16, 65536, "220m", 1024],
    [128, 1048576, "500m", 1024],
  ];
  for (const [numCpus, memoryMiB, cpu, memory] of cases) {
    test(`${numCpus} CPUs and ${memoryMiB} MiB keep ${cpu} and ${memory} MiB twice`, () => {
      const each = { cpu, memoryMiB: memory };
      assert.deepEqual(reservations({ numCpus, memoryMiB }, { evictionMemoryMiB: 100 }), {
        system: each,
        kube: each,
        evictionMemoryMiB: 100,
      });
    });
  }

  test("what is written counts, part by part", () => {
    const written = { system: { cpu: "0" }, kube: { memoryMiB: 300 }, evictionMemoryMiB: 0 };
    assert.deepEqual(reservations({ numCpus: 4, memoryMiB: 8192 }, written), {
      system: { cpu: "0", memoryMiB: 512 },
      kube: { cpu: "100m", memoryMiB: 300 },
      evictionMemoryMiB: 0,
    });
  });
});

test("CPUs are cores, or thousandths with m", () => {
  assert.deepEqual(["100m", "1", "0.5", "1.25"].map(milliCpus), [100, 1000, 500, 1250]);
});
