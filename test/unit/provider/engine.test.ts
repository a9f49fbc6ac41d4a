import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { applyingOf, daemonText } from "../../../provider/engine/daemon";
import { planEngine } from "../../../provider/engine/plan";
import { parseProbe } from "../../../provider/engine/probe";
import { installScript, repositoryScript } from "../../../provider/engine/packages";
import { candidateOf, isDowngrade, matchesVersion } from "../../../provider/engine/version";
import type { EngineInputs } from "../../../provider/sdk/shapes";

const inputs: EngineInputs = {
  machine: "managers-0",
  version: "20.10",
  source: "distribution",
  daemon: { "live-restore": false, "log-driver": "json-file" },
};
const text = daemonText(inputs.daemon);
const running = {
  installed: "20.10.24+dfsg1",
  ownedBy: "docker.io",
  active: true,
  daemonText: text,
  authorities: {},
};

describe("versions", () => {
  const matching: readonly [string, string, boolean][] = [
    ["20.10.24+dfsg1", "20.10", true],
    ["5:27.3.1-1~debian.12~bookworm", "27.3.1", true],
    ["27.3.1", "27", true],
    ["20.100.1", "20.10", false],
    ["20.10.24", "20.10.2", false],
    ["26.1.5+dfsg1", "20.10", false],
  ];
  for (const [full, prefix, expected] of matching) {
    test(`${full} ${expected ? "is" : "is not"} a ${prefix}`, () => {
      assert.equal(matchesVersion(full, prefix), expected);
    });
  }
  const steps: readonly [string, string, boolean][] = [
    ["20.10.24+dfsg1", "26.1", false],
    ["26.1.5", "20.10", true],
    ["27.3.1", "27.3.0", true],
    ["27.3.1", "27", false],
  ];
  for (const [from, to, expected] of steps) {
    test(`${from} to ${to} is ${expected ? "a step back" : "no step back"}`, () => {
      assert.equal(isDowngrade(from, to), expected);
    });
  }
  test("the newest offered version with the prefix is chosen", () => {
    const madison = ` docker-ce | 5:27.3.1-1~debian.12~bookworm | mirror bookworm/stable amd64 Packages
 docker-ce | 5:26.1.4-1~debian.12~bookworm | mirror bookworm/stable amd64 Packages
 docker-ce | 5:26.1.3-1~debian.12~bookworm | mirror bookworm/stable amd64 Packages`;
    assert.equal(candidateOf(madison, "26.1"), "5:26.1.4-1~debian.12~bookworm");
    assert.equal(candidateOf(madison, "20.10"), undefined);
  });
});

describe("settings of a running engine", () => {
  const cases = [
    {
      name: "equal settings, however written",
      old: '{"a":1,"b":[2]}',
      news: { b: [2], a: 1 },
      need: "nothing",
    },
    { name: "mirrors", old: "{}", news: { "registry-mirrors": ["m"] }, need: "reload" },
    {
      name: "log rotation",
      old: "{}",
      news: { "log-opts": { "max-size": "10m" } },
      need: "restart",
    },
    { name: "a setting taken away", old: '{"log-driver":"local"}', news: {}, need: "restart" },
    { name: "one of each", old: "{}", news: { debug: true, mtu: 1400 }, need: "restart" },
    { name: "a file that is not JSON", old: "{,", news: {}, need: "restart" },
    { name: "no file and no settings", old: undefined, news: {}, need: "nothing" },
  ];
  for (const { name, old, news, need } of cases) {
    test(`${name}: ${need}`, () => {
      assert.equal(applyingOf(old, news), need);
    });
  }
  test("the file has its keys in order", () => {
    assert.equal(
      daemonText({ b: { d: 1, c: [{ z: 1, a: 2 }] }, a: true }),
      '{\n  "a": true,\n  "b": {\n    "c": [\n      {\n        "a": 2,\n        "z": 1\n      }\n    ],\n    "d": 1\n  }\n}\n',
    );
  });
});

describe("the plan for an engine", () => {
  test("nothing to do", () => {
    assert.deepEqual(planEngine(running, inputs), {
      install: false,
      writeDaemon: false,
      writeAuthorities: false,
      applying: "nothing",
      disrupts: false,
    });
  });
  test("a new host gets its settings first and disturbs nobody", () => {
    assert.deepEqual(planEngine({ active: false, authorities: {} }, inputs), {
      install: true,
      writeDaemon: true,
      writeAuthorities: false,
      applying: "nothing",
      disrupts: false,
    });
  });
  test("an upgrade of a running engine disrupts", () => {
    const plan = planEngine(running, { ...inputs, version: "26.1" });
    assert.deepEqual([plan.install, plan.disrupts], [true, true]);
  });
  test("settings that need a restart disrupt, those that need a reload do not", () => {
    const restart = planEngine(running, { ...inputs, daemon: { ...inputs.daemon, mtu: 1400 } });
    assert.deepEqual([restart.applying, restart.disrupts], ["restart", true]);
    const reload = planEngine(running, { ...inputs, daemon: { ...inputs.daemon, debug: true } });
    assert.deepEqual([reload.applying, reload.disrupts], ["reload", false]);
  });
  test("another authority of a registry disturbs nobody", () => {
    const plan = planEngine(running, { ...inputs, authorities: { "registry.test:5000": "PEM" } });
    assert.deepEqual(
      [plan.writeAuthorities, plan.applying, plan.disrupts],
      [true, "nothing", false],
    );
    const gone = planEngine({ ...running, authorities: { "registry.test:5000": "PEM" } }, inputs);
    assert.equal(gone.writeAuthorities, true);
  });
  const refusals: readonly [string, Parameters<typeof planEngine>, RegExp][] = [
    [
      "a preinstalled engine that is not there",
      [
        { active: false, authorities: {} },
        { ...inputs, source: "preinstalled" },
      ],
      /has no Docker engine.*put 20\.10 into the template/,
    ],
    [
      "a preinstalled engine of another version",
      [running, { ...inputs, source: "preinstalled", version: "27" }],
      /has Docker engine 20\.10\.24\+dfsg1, but engine\.version is 27/,
    ],
    [
      "an engine of another package",
      [{ ...running, installed: "27.3.1", ownedBy: "docker-ce" }, inputs],
      /of package docker-ce, which docker\.io would collide with.*set engine\.source to docker/,
    ],
    [
      "a step back",
      [{ ...running, installed: "26.1.5+dfsg1" }, inputs],
      /newer than 20\.10.*set engine\.version to 26\.1\.5, or roll the machine/,
    ],
  ];
  for (const [name, [state, given], says] of refusals) {
    test(`refuses ${name}`, () => {
      assert.throws(() => planEngine(state, given), { message: says });
    });
  }
});

test("a probe that breaks off is an error, not a host without an engine", () => {
  assert.throws(() => parseProbe("installed=20.10.24+dfsg1\n"), /did not tell/);
  assert.deepEqual(parseProbe(`active=no\ndaemon=${Buffer.from("{}").toString("base64")}\n`), {
    installed: undefined,
    ownedBy: undefined,
    active: false,
    daemonText: "{}",
    authorities: {},
  });
});

test("packages are installed at exact versions, held, and quoted", () => {
  const script = installScript(["docker-ce=5:27.3.1-1~debian.12~bookworm", "containerd.io"]);
  assert.match(
    script,
    /install -y .* 'docker-ce=5:27\.3\.1-1~debian\.12~bookworm' 'containerd\.io'/,
  );
  assert.match(script, /apt-mark hold 'docker-ce' 'containerd\.io'/);
  assert.match(
    repositoryScript("https://mirror.example/it's/"),
    /'https:\/\/mirror\.example\/it'\\''s\/gpg'/,
  );
});
