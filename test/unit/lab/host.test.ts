import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { hierarchies, programHierarchy } from "../../../lab/host/cgroups";
import {
  endProcess,
  identify,
  isAlive,
  readPidFile,
  startTime,
  writePidFile,
} from "../../../lab/host/process";

const mountinfo = `22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 29 0:26 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
37 29 0:33 / /sys/fs/cgroup/pids rw,relatime shared:9 - cgroup cgroup rw,pids
39 29 0:35 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`;

describe("control groups", () => {
  test("every hierarchy is found, of version 1 and 2", () => {
    assert.deepEqual(hierarchies(mountinfo), [
      "/sys/fs/cgroup/cpu",
      "/sys/fs/cgroup/pids",
      "/sys/fs/cgroup/unified",
    ]);
  });

  test("the lab's programs are in the hierarchy of process counts, or in the only one", () => {
    assert.equal(programHierarchy(hierarchies(mountinfo)), "/sys/fs/cgroup/pids");
    assert.equal(programHierarchy(["/sys/fs/cgroup"]), "/sys/fs/cgroup");
    assert.equal(programHierarchy([]), undefined);
  });
});

describe("processes", () => {
  test("the start time is read past a name with blanks and brackets", () => {
    const fields = Array.from({ length: 30 }, (_, i) => String(i + 3));
    assert.equal(startTime(`42 (a (b) c) S ${fields.slice(1).join(" ")}`), "22");
  });

  test("a process that has ended is not taken for alive, even under a pid that is in use again", () => {
    const self = identify(process.pid);
    assert.ok(self !== undefined && isAlive(self));
    assert.ok(!isAlive({ ...self, started: "1" }));
    assert.ok(!isAlive({ ...self, boot: "another" }));
  });

  test("only the process of the pid file is ended", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "slipway-pid-")), "sleeper.pid");
    const sleeper = spawn("sleep", ["60"]);
    const ended = once(sleeper, "exit");
    writePidFile(file, sleeper.pid ?? 0);
    assert.equal(readPidFile(file)?.pid, sleeper.pid);
    await endProcess(file, 5000);
    assert.equal((await ended)[1], "SIGTERM");

    const bystander = identify(process.pid);
    writeFileSync(file, JSON.stringify({ ...bystander, started: "1" }));
    await endProcess(file, 5000); // would end this test
  });
});
