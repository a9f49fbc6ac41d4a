import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { daemonConfig } from "../../../components/docker/daemonConfig";
import { hostRequirements } from "../../../components/docker/requirements";
import { loadCluster, type EngineSpec } from "../../../components/spec";
import { assertGolden } from "../spec/golden";

const stacks = path.join(__dirname, "../../../stacks");
const { spec: prod } = loadCluster(path.join(stacks, "prod/cluster.yml"), { variables: {} });
assert.ok(prod.orchestrator === "swarm");

describe("daemon.json", () => {
  const golden = (name: string) => path.join(__dirname, "../../fixtures/docker", name);
  const render = (spec: EngineSpec) => `${JSON.stringify(daemonConfig(spec), undefined, 2)}\n`;
  const plain: EngineSpec = {
    version: "20.10",
    source: "distribution",
    registryMirrors: [],
    insecureRegistries: [],
    log: { maxSize: "10m", maxFiles: 3 },
    addressPools: [],
  };

  test("rotates logs and has no live-restore, which a Swarm forbids", () => {
    assertGolden(golden("daemon.plain.json"), render(plain));
  });

  test("tells metrics where the cluster is monitored", () => {
    assert.equal(
      daemonConfig(plain, undefined, { monitored: true })["metrics-addr"],
      "0.0.0.0:9323",
    );
    assert.equal(daemonConfig(plain)["metrics-addr"], undefined);
  });

  test("has mirrors, insecure registries and address pools where they are asked for", () => {
    const full: EngineSpec = { ...prod.engine, insecureRegistries: ["10.0.0.1:5000"] };
    assertGolden(golden("daemon.full.json"), render(full));
  });
});

describe("what a host must be like", () => {
  const size = { numCpus: 8, memoryMiB: 32768, freeDiskGiB: 30 };

  test("managers keep the ports of Raft and of the Docker API free as well", () => {
    assert.deepEqual(hostRequirements("manager", size, prod.os, prod.swarm).freePorts, [
      "2377/tcp",
      "2376/tcp",
      "7946/tcp",
      "7946/udp",
      "4789/udp",
    ]);
    assert.deepEqual(hostRequirements("worker", size, prod.os, prod.swarm).freePorts, [
      "7946/tcp",
      "7946/udp",
      "4789/udp",
    ]);
  });

  test("every node of a monitored Swarm keeps the port of its engine's metrics free", () => {
    const { freePorts } = hostRequirements("worker", size, prod.os, prod.swarm, true);
    assert.ok(freePorts.includes("9323/tcp"));
  });

  test("the data path port is the Swarm's own", () => {
    const { freePorts } = hostRequirements("worker", size, prod.os, {
      ...prod.swarm,
      dataPathPort: 7777,
    });
    assert.ok(freePorts.includes("7777/udp"));
  });

  test("ESP is asked for only where overlays are to be encrypted, IPVS never", () => {
    const features = (encryptOverlays: boolean) =>
      hostRequirements("worker", size, prod.os, { ...prod.swarm, encryptOverlays }).features;
    assert.deepEqual(features(true), ["overlayfs", "vxlan", "esp"]);
    assert.deepEqual(features(false), ["overlayfs", "vxlan"]);
  });

  test("sizes are those of the machine", () => {
    const { minCpus, minMemoryMiB, minDiskGiB } = hostRequirements(
      "worker",
      size,
      prod.os,
      prod.swarm,
    );
    assert.deepEqual([minCpus, minMemoryMiB, minDiskGiB], [8, 32768, 30]);
  });
});
