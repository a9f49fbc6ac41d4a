import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { overrideForLab, parseFacts } from "../../../provider/host/facts";
import { factsScript } from "../../../provider/host/script";

const fixtures = path.join(__dirname, "../../fixtures/provider");
const vm = readFileSync(path.join(fixtures, "facts-debian-12-vm.txt"), "utf8");
const container = readFileSync(path.join(fixtures, "facts-container-cgroup1.txt"), "utf8");
const around = { before: 1795241825.2, after: 1795241825.9 };

describe("facts of a host", () => {
  test("reads a VM", () => {
    const gathered = parseFacts(vm, around);
    assert.deepEqual(gathered.facts, {
      hostname: "prod-managers-0-g1",
      machineId: "3d1219c7c4c5404aaa1f6d2a48adfda4",
      os: { id: "debian", versionId: "12", prettyName: "Debian GNU/Linux 12 (bookworm)" },
      kernel: "6.1.0-28-amd64",
      architecture: "x86_64",
      cpus: 4,
      memoryMiB: 7939,
      diskFreeGiB: 34,
      cgroupVersion: 2,
      swapMiB: 977,
      features: { ipvs: true, esp: true, vxlan: true, overlayfs: true, ipset: true },
    });
    assert.equal(gathered.engineRuns, true);
    assert.deepEqual(gathered.undetermined, []);
    assert.deepEqual(gathered.cloudInitErrors, []);
  });

  test("lists who listens on which port, but not what only the host itself reaches", () => {
    assert.deepEqual(parseFacts(vm, around).listeners, [
      { protocol: "udp", port: 4789, process: undefined },
      { protocol: "udp", port: 7946, process: "dockerd" },
      { protocol: "tcp", port: 22, process: "sshd" },
      { protocol: "tcp", port: 2377, process: "dockerd" },
      { protocol: "tcp", port: 8080, process: "haproxy" },
    ]);
  });

  test("takes a container's limits for its size", () => {
    const { facts } = parseFacts(container, around);
    assert.equal(facts.cpus, 2);
    assert.equal(facts.memoryMiB, 2048);
    assert.equal(facts.cgroupVersion, 1);
    assert.equal(facts.swapMiB, 0);
  });

  test("tells what could not be found out from what is not there", () => {
    const gathered = parseFacts(container, around);
    assert.deepEqual(gathered.undetermined, ["esp"]);
    assert.equal(gathered.facts.features.ipvs, false);
    assert.equal(gathered.listeners, undefined);
  });

  test("reports what cloud-init got wrong", () => {
    assert.deepEqual(parseFacts(container, around).cloudInitErrors, [
      "('write_files', KeyError('path'))",
    ]);
  });

  test("a host that does not tell its name is an error, not a host without one", () => {
    assert.throws(() => parseFacts(vm.replace(/^hostname=.*\n/m, ""), around), {
      message: "the host did not tell its hostname",
    });
  });

  test("the lab's file replaces facts that containers share", () => {
    const gathered = overrideForLab(parseFacts(container, around), container);
    assert.equal(gathered.facts.os.id, "ubuntu");
    assert.equal(gathered.clockSkewSeconds, 42);
    assert.deepEqual(gathered.facts.features, {
      ipvs: true,
      esp: false,
      vxlan: true,
      overlayfs: true,
      ipset: true,
    });
    assert.equal(gathered.facts.memoryMiB, 2048);
  });
});

describe("clock skew", () => {
  const first = 1795241825.2625;
  const last = 1795241825.741124;
  const cases = [
    { name: "clocks agree", before: first - 0.05, after: last + 0.05, skew: 0 },
    { name: "the connection is slow", before: first - 2, after: last + 3, skew: 0 },
    { name: "the host is ahead", before: first - 10.05, after: last - 10, skew: 10 },
    { name: "the host is behind", before: first + 10, after: last + 10.05, skew: -10 },
  ];
  for (const { name, before, after, skew } of cases) {
    test(`is ${skew} s when ${name}`, () => {
      const { clockSkewSeconds } = parseFacts(vm, { before, after });
      assert.ok(Math.abs(clockSkewSeconds - skew) < 0.06, String(clockSkewSeconds));
    });
  }
});

test("the script tells every fact on the machine that runs this test", () => {
  const before = Date.now() / 1000;
  const { status, stdout, stderr } = spawnSync("sh", ["-s"], {
    input: `set -eu\n${factsScript}`,
    encoding: "utf8",
    env: { PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin`, LC_ALL: "C" },
  });
  assert.equal(status, 0, stderr);
  const { facts, clockSkewSeconds } = parseFacts(stdout, { before, after: Date.now() / 1000 });
  assert.ok(facts.cpus >= 1 && facts.memoryMiB > 0 && facts.diskFreeGiB >= 0);
  // Our own clock is read in whole milliseconds.
  assert.ok(Math.abs(clockSkewSeconds) < 0.005, String(clockSkewSeconds));
});
