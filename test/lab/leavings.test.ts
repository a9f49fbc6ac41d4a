import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { LabError, labRuns, startLab, stopLab } from "../../lab";
import { engineClient } from "../../lab/engine/engine";
import { groupFolders, groupProcesses } from "../../lab/host/cgroups";
import { run } from "../../lab/host/run";
import { waitUntil } from "../../lab/host/process";
import { engineFolders } from "../../lab/host/veils";
import { labLayout, labNetwork } from "../../lab/layout";
import { hostPackages } from "../../lab/parts/hostPackages";
import { templateImage } from "../../lab/parts/image";

const dir = path.join(os.tmpdir(), "slipway-leavings-lab");
const layout = labLayout(dir);
const silent = () => undefined;

/** Everything on the host that a lab touches. */
async function hostState(): Promise<Record<string, unknown>> {
  const packages = await hostPackages(silent);
  return {
    mounts: readFileSync("/proc/self/mounts", "utf8").split("\n").sort(),
    links: readdirSync("/sys/class/net").sort(),
    firewall: await run("nft", ["list", "ruleset"], { env: packages.env }),
    forwarding: readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8"),
    folders: engineFolders.filter((folder) => existsSync(folder)),
    controlGroups: groupFolders(layout.id),
    processes: groupProcesses(layout.id),
    runtime: readdirSync("/run").filter((name) => name.startsWith(`slipway-${layout.id}`)),
    dir: existsSync(dir),
  };
}

/** A machine with an engine of its own would leave the most behind; one that boots is enough to tell. */
async function startMachine(): Promise<void> {
  const { reference } = await templateImage(silent);
  const container = await engineClient(layout).createContainer({
    Image: reference,
    Cmd: ["/sbin/init"],
    Env: ["container=docker"],
    Volumes: { "/var/lib/docker": {} },
    HostConfig: { Privileged: true, NetworkMode: labNetwork.name, Tmpfs: { "/run": "" } },
  });
  await container.start();
}

describe("a lab leaves the host as it was", () => {
  after(() => stopLab(dir));

  test("taken down with a machine running", async () => {
    const before = await hostState();
    await startLab({ dir });
    await startMachine();
    await stopLab(dir);
    assert.deepEqual(await hostState(), before);
  });

  test("killed, stood up again and taken down", async () => {
    const before = await hostState();
    await startLab({ dir });
    await startMachine();
    const programs = groupFolders(layout.id)
      .map((folder) => path.join(folder, "programs", "cgroup.procs"))
      .filter((file) => existsSync(file))
      .flatMap((file) => readFileSync(file, "utf8").split("\n"))
      .filter((pid) => pid !== "");
    for (const pid of programs) process.kill(Number(pid), "SIGKILL");
    assert.ok(await waitUntil(() => !labRuns(dir), 10_000));
    await startLab({ dir });
    assert.ok(labRuns(dir));
    await stopLab(dir);
    assert.deepEqual(await hostState(), before);
  });

  test("a second lab is refused by the name of the first, which goes on", async () => {
    await startLab({ dir });
    await assert.rejects(startLab({ dir: `${dir}-2` }), (error: Error) => {
      assert.ok(error instanceof LabError);
      assert.ok(error.message.includes(`in ${dir},`), error.message);
      return true;
    });
    assert.ok(labRuns(dir));
  });
});
