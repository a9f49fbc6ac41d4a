/** The script as it runs: a shell, and programs that stand for the registry and note what they do. */
import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { collectorScript, pushHealth } from "../../../components/registry/collector";

const folders: string[] = [];
const running: ChildProcess[] = [];
after(() => {
  // With what they have started: that would keep their output open.
  for (const { pid } of running) {
    if (pid === undefined) continue;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // All of it has ended.
    }
  }
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Notes when it starts and ends; a collection waits until the test lets it end. */
const registry = `#!/bin/sh
note() { echo "$*" >>"$FOLDER/events"; }
case $1 in
  serve)
    note serve
    [ ! -e "$FOLDER/broken" ] || exit 3
    trap 'note end of serve; exit 0' TERM
    while :; do sleep 0.05; done ;;
  garbage-collect)
    note collect
    trap 'note end of collect by a signal; exit 143' TERM
    while [ ! -e "$FOLDER/let-go" ]; do sleep 0.05; done
    [ ! -e "$FOLDER/failing" ] || { echo "disk on fire"; note failed; exit 1; }
    echo "blob eligible for deletion: sha256:1"
    note end of collect ;;
esac
`;

class Trial {
  readonly folder = mkdtempSync(path.join(tmpdir(), "slipway-collector-"));
  private readonly script = path.join(this.folder, "collector.sh");
  output = "";
  child?: ChildProcess;

  constructor() {
    folders.push(this.folder);
    writeFileSync(path.join(this.folder, "registry"), registry);
    chmodSync(path.join(this.folder, "registry"), 0o755);
    // Shorter looks at the clock; nothing else is changed but where files are.
    writeFileSync(this.script, this.placed(collectorScript({ time: "03:00" })));
  }

  placed(text: string): string {
    return text
      .replaceAll("/tmp/", `${this.folder}/`)
      .replace(/^\s*sleep \d+ &/m, (line) => line.replace(/\d+/, "0.2"));
  }

  touch(name: string): void {
    writeFileSync(path.join(this.folder, name), "");
  }

  /** @param clock what `date` says, as a script, where it is not the time */
  start(clock?: string): ChildProcess {
    if (clock !== undefined) {
      writeFileSync(path.join(this.folder, "date"), `#!/bin/sh\n${clock}\n`);
      chmodSync(path.join(this.folder, "date"), 0o755);
    }
    const env = { ...process.env, FOLDER: this.folder, PATH: `${this.folder}:${process.env.PATH}` };
    this.child = spawn("sh", [this.script], { env, detached: true });
    running.push(this.child);
    this.child.stdout?.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr?.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
    return this.child;
  }

  get events(): readonly string[] {
    const file = path.join(this.folder, "events");
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const deadline = Date.now() + 20_000;
    while (!holds()) {
      if (Date.now() > deadline)
        assert.fail(`${what}; events: ${this.events.join(", ")}; said: ${this.output}`);
      await sleep(20);
    }
  }

  seen(...events: readonly string[]): Promise<void> {
    return this.until(`waited for ${events.join(", ")}`, () => {
      return this.events.length >= events.length && this.events.join() === events.join();
    });
  }

  /** By the check of the container, where the process for pushes answers nothing. */
  get isWell(): boolean {
    try {
      execFileSync("sh", ["-c", this.placed(pushHealth)], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  }
}

void describe("the process for pushes", () => {
  void test("is not there while garbage is collected, and comes back", async () => {
    const trial = new Trial();
    const child = trial.start();
    await trial.seen("serve");
    assert.equal(trial.isWell, false);
    child.kill("SIGUSR1");
    await trial.seen("serve", "end of serve", "collect");
    assert.equal(trial.isWell, true, "the container would be killed while it collects");
    trial.touch("let-go");
    await trial.seen("serve", "end of serve", "collect", "end of collect", "serve");
    await trial.until("waited for the end of the window", () => !trial.isWell);
    await trial.until("waited for what was removed", () =>
      trial.output.includes("1 blobs removed"),
    );
    child.kill("SIGTERM");
    assert.deepEqual(await once(child, "exit"), [0, null]);
    assert.equal(trial.events.at(-1), "end of serve");
  });

  void test("comes back after a collection that failed, which is told", async () => {
    const trial = new Trial();
    trial.touch("let-go");
    trial.touch("failing");
    const child = trial.start();
    await trial.seen("serve");
    child.kill("SIGUSR1");
    await trial.seen("serve", "end of serve", "collect", "failed", "serve");
    await trial.until("waited for what went wrong", () =>
      /disk on fire[^]*failed with code 1/.test(trial.output),
    );
    child.kill("SIGTERM");
    await once(child, "exit");
  });

  void test("ends in the middle of a collection, without being started again", async () => {
    const trial = new Trial();
    const child = trial.start();
    await trial.seen("serve");
    child.kill("SIGUSR1");
    await trial.seen("serve", "end of serve", "collect");
    child.kill("SIGTERM");
    await once(child, "exit");
    assert.deepEqual(trial.events, [
      "serve",
      "end of serve",
      "collect",
      "end of collect by a signal",
    ]);
  });

  void test("takes its container with it when it ends by itself", async () => {
    const trial = new Trial();
    trial.touch("broken");
    const child = trial.start();
    assert.deepEqual(await once(child, "exit"), [3, null]);
  });

  void test("makes way at its time, once a day, and not for a time that has passed at the start", async () => {
    const trial = new Trial();
    trial.touch("let-go");
    const set = (day: string, time: string) => {
      writeFileSync(path.join(trial.folder, "clock.new"), `${day} ${time}`);
      execFileSync("mv", ["clock.new", "clock"], { cwd: trial.folder });
    };
    // Sunday is 7.
    const clock = `read -r day time <"$FOLDER/clock"
case $2 in +%F) echo "2026-01-$day" ; echo look >>"$FOLDER/looks" ;; +%u) echo 7 ;; +%H%M) echo "$time" ;; *) echo now ;; esac`;
    const looks = () =>
      existsSync(path.join(trial.folder, "looks"))
        ? readFileSync(path.join(trial.folder, "looks"), "utf8").length
        : 0;
    const looked = async () => {
      const before = looks();
      await trial.until("waited for a look at the clock", () => looks() > before + 10);
    };
    set("04", "0859");
    const child = trial.start(clock);
    await looked();
    assert.deepEqual(trial.events, ["serve"], "collected for a time that had passed");
    set("05", "0259");
    await looked();
    assert.deepEqual(trial.events, ["serve"], "collected before its time");
    set("05", "0300");
    const once_ = ["serve", "end of serve", "collect", "end of collect", "serve"];
    await trial.seen(...once_);
    set("05", "2359");
    await trial.until("waited for the window's end", () => !trial.isWell);
    child.kill("SIGTERM");
    await once(child, "exit");
    assert.deepEqual(trial.events, [...once_, "end of serve"]);
  });
});
