/** `slipway images sync` as a process, with a program that stands for skopeo and keeps images as files. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { swarmYml } from "../registry/support";

const checkout = path.resolve(__dirname, "../../..");
const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Images are files; a copy of what is called broken arrives as something else. */
const skopeo = `#!/bin/sh
echo "$*" >>"$STORE/calls"
for last in "$@"; do before=$now; now=$last; done
file() { echo "$STORE/$(echo "\${1#docker://}" | tr / _)"; }
case $1 in
  --version) echo "skopeo version 1.9.3" ;;
  inspect)
    [ -e "$(file "$now")" ] || { echo 'time="x" level=fatal msg="reading manifest: manifest unknown: no such \\\\"thing\\\\""' >&2; exit 1; }
    cat "$(file "$now")" ;;
  copy)
    cp "$(file "$before")" "$(file "$now")"
    case $now in *broken*) echo other >"$(file "$now")" ;; esac ;;
esac
`;

class Trial {
  readonly folder = mkdtempSync(path.join(tmpdir(), "slipway-sync-"));
  private readonly store = path.join(this.folder, "store");

  constructor(platform: string) {
    folders.push(this.folder);
    mkdirSync(this.store);
    writeFileSync(path.join(this.folder, "skopeo"), skopeo);
    chmodSync(path.join(this.folder, "skopeo"), 0o755);
    writeFileSync(path.join(this.folder, "cluster.yml"), `${swarmYml}platform: ${platform}\n`);
  }

  image(name: string, content = name): void {
    writeFileSync(path.join(this.store, name.replaceAll("/", "_")), content);
  }

  get calls(): readonly string[] {
    return readFileSync(path.join(this.store, "calls"), "utf8").trim().split("\n");
  }

  sync(args: readonly string[] = [], searchPath = `${this.folder}:${process.env.PATH ?? ""}`) {
    const env: NodeJS.ProcessEnv = { ...process.env, STORE: this.store, PATH: searchPath };
    delete env.NODE_TEST_CONTEXT;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        "--require",
        "tsx/cjs",
        "cli/main.ts",
        "images",
        "sync",
        `${this.folder}/cluster.yml`,
      ].concat(args, "--json"),
      { cwd: checkout, env, encoding: "utf8" },
    );
    return { status, stderr, answer: JSON.parse(stdout) as unknown };
  }
}

const actions = (answer: unknown) =>
  (answer as { action: string; target: string }[]).map(({ action, target }) => [action, target]);

void describe("slipway images sync", () => {
  const platform = "{ mirror: hub.test, scheduler: {} }";
  const cronjob = "crazymax/swarm-cronjob:1.14.0";
  const haproxy = "haproxy:2.6.12";

  void test("copies what is not there, and leaves the rest alone when it runs again", () => {
    const trial = new Trial(platform);
    for (const name of [cronjob, haproxy, `hub.test/${haproxy}`])
      trial.image(name, `of ${name.replace("hub.test/", "")}`);
    const dry = trial.sync(["--dry-run"]);
    assert.deepEqual(actions(dry.answer), [
      ["wanted", `hub.test/${cronjob}`],
      ["there", `hub.test/${haproxy}`],
    ]);
    const first = trial.sync();
    assert.equal(first.status, 0, first.stderr);
    assert.deepEqual(actions(first.answer), [
      ["copied", `hub.test/${cronjob}`],
      ["there", `hub.test/${haproxy}`],
    ]);
    const copies = trial.calls.filter((call) => call.startsWith("copy"));
    assert.equal(copies.length, 1);
    assert.match(copies[0] ?? "", /--all --preserve-digests/);
    assert.deepEqual(
      actions(trial.sync().answer).map(([action]) => action),
      ["there", "there"],
    );
  });

  void test("fails for an image that arrives as something else, and goes on with the others", () => {
    const trial = new Trial("{ mirror: broken.test, scheduler: {} }");
    for (const name of [cronjob, haproxy]) trial.image(name);
    const { status, answer, stderr } = trial.sync();
    assert.equal(status, 1);
    const { error } = answer as { error: string };
    assert.match(error, /2 of 2 images are not there; run it again/);
    assert.match(error, /broken\.test\/haproxy:2\.6\.12 is sha256:\w+ after it was copied/);
    assert.match(stderr, /2\/2 failed/);
  });

  void test("says which image the source does not have", () => {
    const trial = new Trial(platform);
    trial.image(`old.test/m/${haproxy}`);
    const { status, answer } = trial.sync(["--from", "old.test/m/"]);
    assert.equal(status, 1);
    assert.match(
      (answer as { error: string }).error,
      /1 of 2 .*[^]*old\.test\/m\/crazymax\/swarm-cronjob:1\.14\.0: there is no such image/,
    );
  });

  void test("says how to get skopeo where there is none, and what is missing where there is no mirror", () => {
    const none = new Trial(platform).sync([], "/nonexistent");
    assert.equal(none.status, 2);
    assert.match(JSON.stringify(none.answer), /skopeo.*apt-get install skopeo/);
    const unmirrored = new Trial("{ scheduler: {} }").sync();
    assert.equal(unmirrored.status, 2);
    assert.match(JSON.stringify(unmirrored.answer), /platform\.mirror/);
  });
});
