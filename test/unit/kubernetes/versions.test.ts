import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  apiServerSkew,
  compareVersions,
  kubeadmSkew,
  kubeletSkew,
  parseVersion,
  versionStep,
} from "../../../provider/kubernetes/versions";

describe("a version of Kubernetes is three numbers", () => {
  const cases: readonly [string, readonly number[] | undefined][] = [
    ["1.34.1", [1, 34, 1]],
    ["v1.34.1", [1, 34, 1]],
    ["1.34.1-1.1", [1, 34, 1]],
    ["v1.35.0-rc.1+build", [1, 35, 0]],
    ["1.34", undefined],
    ["1.34.x", undefined],
    ["version 1.34.1", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of cases) {
    test(`"${text}" is ${expected?.join(", ") ?? "none"}`, () => {
      const version = parseVersion(text);
      assert.deepEqual(version && [version.major, version.minor, version.patch], expected);
    });
  }

  test("they are ordered as numbers, not as text", () => {
    const versions = ["1.34.10", "1.9.0", "1.34.9", "v1.35.0", "1.34.9"];
    assert.deepEqual(versions.sort(compareVersions), [
      "1.9.0",
      "1.34.9",
      "1.34.9",
      "1.34.10",
      "v1.35.0",
    ]);
  });

  test("what is none is an error, not a version like any other", () => {
    assert.throws(() => versionStep("1.34", "1.34.1"), { message: /"1\.34" is no version/ });
  });
});

/** Holds the start of an explanation, or that there is none. */
function holds(actual: string | undefined, expected: string | undefined): void {
  if (expected === undefined) assert.equal(actual, undefined);
  else assert.ok(actual?.startsWith(expected), actual ?? "nothing was wrong");
}

describe("a cluster goes", () => {
  const cases: readonly [string, string, string | undefined][] = [
    ["1.34.1", "1.34.1", undefined],
    ["1.34.1", "1.34.2", undefined],
    ["1.34.1", "1.34.10", undefined],
    ["1.34.9", "1.35.0", undefined],
    ["1.34.1", "1.34.0", "can't go back from 1.34.1 to 1.34.0"],
    ["1.35.0", "1.34.9", "can't go back from 1.35.0 to 1.34.9"],
    ["1.33.4", "1.35.0", "can't go from 1.33.4 to 1.35.0 at once: go through"],
    ["1.34.1", "2.0.0", "can't go from 1.34.1 to 2.0.0: between major versions"],
    ["2.0.0", "1.34.1", "can't go from 2.0.0 to 1.34.1: between major versions"],
  ];
  for (const [from, to, refusal] of cases) {
    test(`from ${from} to ${to}: ${refusal === undefined ? "yes" : "no"}`, () => {
      holds(versionStep(from, to), refusal);
    });
  }

  test("a refused step over a minor version names the next one", () => {
    assert.match(versionStep("1.32.4", "1.35.0") ?? "", /next to a patch of 1\.33$/);
  });
});

describe("beside an API server", () => {
  const cases: readonly [string, string, string | undefined][] = [
    ["1.34.1", "1.34.1", undefined],
    ["1.34.1", "1.34.9", undefined],
    ["1.34.1", "1.31.0", undefined],
    ["1.34.1", "1.30.9", "kubelet 1.30.9 is 4 minor versions older"],
    ["1.34.1", "1.35.0", "kubelet 1.35.0 is newer than the API server"],
  ];
  for (const [server, kubelet, refusal] of cases) {
    test(`of ${server} a kubelet of ${kubelet}: ${refusal === undefined ? "yes" : "no"}`, () => {
      holds(kubeletSkew(server, kubelet), refusal);
    });
  }

  const servers: readonly [readonly string[], string | undefined][] = [
    [[], undefined],
    [["1.34.1"], undefined],
    [["1.34.1", "1.35.0", "1.34.2"], undefined],
    [["1.35.0", "1.33.9", "1.34.0"], "API servers run 1.33.9 and 1.35.0"],
  ];
  for (const [versions, refusal] of servers) {
    const title = versions.join(", ") || "none";
    test(`others, ${title}: ${refusal === undefined ? "yes" : "no"}`, () => {
      holds(apiServerSkew(versions), refusal);
    });
  }
});

describe("a kubeadm", () => {
  const cases: readonly [string, string, boolean][] = [
    ["1.34.1", "1.34.1", true],
    ["v1.34.2", "1.34.1", true],
    ["1.34.0", "1.34.1", false],
    ["1.35.0", "1.34.1", false],
    ["1.33.9", "1.34.0", false],
  ];
  for (const [kubeadm, version, fits] of cases) {
    test(`of ${kubeadm} ${fits ? "makes" : "does not make"} nodes of ${version}`, () => {
      holds(kubeadmSkew(kubeadm, version), fits ? undefined : `kubeadm ${kubeadm} does not`);
    });
  }
});
