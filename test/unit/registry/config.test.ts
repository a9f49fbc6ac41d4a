import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { registryConfiguration } from "../../../components/registry/config";
import { collectorScript } from "../../../components/registry/collector";
import { fileTexts, filesOf, processesOf } from "../../../components/registry/files";
import { assertGolden } from "../spec/golden";
import { golden, identity, secrets, specOf } from "./support";

const { seed } = identity;

void describe("configuration of the registry's processes", () => {
  for (const [name, key] of [
    ["volume", "volume"],
    ["full", "full"],
    ["s3", "s3"],
  ] as const) {
    const spec = specOf(key);
    for (const process of processesOf(spec)) {
      void test(`${name}: ${process}`, () => {
        assertGolden(
          golden(`${name}.${process}.yml`),
          registryConfiguration(process, spec, secrets, seed),
        );
      });
    }
  }

  void test("only the process for pushes can write, delete and clean up", () => {
    const of = (process: "pull" | "push") =>
      parse(registryConfiguration(process, specOf("volume"), secrets, seed)) as {
        storage: {
          delete: { enabled: boolean };
          maintenance: { readonly: { enabled: boolean }; uploadpurging: { enabled: boolean } };
        };
      };
    for (const [process, writes] of [
      ["pull", false],
      ["push", true],
    ] as const) {
      const { storage } = of(process);
      assert.equal(storage.delete.enabled, writes, process);
      assert.equal(storage.maintenance.readonly.enabled, !writes, process);
      assert.equal(storage.maintenance.uploadpurging.enabled, writes, process);
    }
  });

  void test("no process remembers blobs: garbage collection removes them behind its back", () => {
    for (const process of ["pull", "push", "cache"] as const)
      assert.doesNotMatch(
        registryConfiguration(process, specOf("full"), secrets, seed),
        /blobdescriptor|inmemory|redis/,
      );
  });

  void test("the cache asks for no account and has the upstream's", () => {
    const text = registryConfiguration("cache", specOf("full"), secrets, seed);
    assert.doesNotMatch(text, /htpasswd/);
    assert.match(text, /UPSTREAM-PASSWORD/);
  });
});

void describe("the files of a registry", () => {
  const settings = { spec: specOf("full"), secrets, authorities: ["AUTHORITY"] };

  void test("are those that its processes name, and no more", () => {
    const named = processesOf(settings.spec).flatMap((process) => filesOf(process, settings));
    assert.deepEqual([...new Set(named)].sort(), Object.keys(fileTexts(settings, identity)).sort());
  });

  void test("give no process what it has no use for", () => {
    assert.ok(!filesOf("pull", settings).includes("push.htpasswd"));
    assert.ok(!filesOf("cache", settings).some((file) => file.endsWith(".htpasswd")));
    assert.ok(!filesOf("pull", { authorities: [] }).includes("authorities.pem"));
  });
});

void describe("the script that collects garbage", () => {
  void test("at its time, every day", () => {
    assertGolden(golden("collector.sh"), collectorScript({ time: "03:00" }));
  });

  void test("on its days", () => {
    const script = collectorScript({ time: "04:30", days: ["sunday", "wednesday"] });
    assert.match(script, /^at=0430$/m);
    assert.match(script, /^days=37$/m);
  });
});
