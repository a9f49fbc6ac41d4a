import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileTexts, filesOf, programsOf } from "../../../components/logging/files";
import {
  loggingServices,
  placeOf,
  places,
  type LoggingIds,
  type SwarmLoggingSettings,
} from "../../../components/logging/swarm/plan";
import { platformFile, secretHash } from "../../../components/platform/parts";
import { namespace } from "../../../components/logging/names";
import { assertGolden } from "../spec/golden";
import { cases, golden, identity, settingsOf, type LoggingCase } from "./support";

const settings = (name: LoggingCase): SwarmLoggingSettings => ({
  ...settingsOf(name, "swarm"),
  mirror: "hub.test",
  cpus: 1,
});

const texts = (name: LoggingCase) =>
  fileTexts(settings(name), { password: "site-password" }, places, identity);

const ids = (name: LoggingCase): LoggingIds<string> => ({
  network: "id of logging",
  monitoring: "id of monitoring",
  files: new Map(
    programsOf(settings(name).spec)
      .flatMap((program) => filesOf(program, settings(name)))
      .map((key) => [key, { id: `id of ${key}`, name: `name of ${key}` }]),
  ),
});

interface Task {
  readonly ContainerSpec: {
    readonly User: string;
    readonly ReadOnly: boolean;
    readonly CapabilityDrop: readonly string[];
    readonly Mounts?: readonly { readonly Target: string; readonly ReadOnly?: boolean }[];
  };
  readonly Resources: {
    readonly Limits: { readonly MemoryBytes?: number; readonly NanoCPUs?: number };
  };
}

const tasks = (name: LoggingCase) =>
  loggingServices(settings(name), ids(name)).map(
    ([program, { spec }]) => [program, spec.TaskTemplate as Task] as const,
  );

void describe("logging of a Swarm", () => {
  for (const name of cases) {
    void test(`${name}: services`, () => {
      assertGolden(
        golden(`swarm.${name}.services.json`),
        `${JSON.stringify(Object.fromEntries(loggingServices(settings(name), ids(name))), null, 2)}\n`,
      );
    });

    void test(`${name}: files`, () => {
      for (const program of programsOf(settings(name).spec))
        for (const key of filesOf(program, settings(name)))
          assertGolden(golden(`swarm.${name}.${key}`), texts(name)[key] ?? assert.fail(key));
    });
  }

  void test("has limits of CPU and memory on every container, and no capability but the one for the journal", () => {
    for (const name of cases)
      for (const [program, { Resources, ContainerSpec }] of tasks(name)) {
        assert.ok((Resources.Limits.MemoryBytes ?? 0) > 0, program);
        assert.ok((Resources.Limits.NanoCPUs ?? 0) > 0, program);
        assert.deepEqual(ContainerSpec.CapabilityDrop, ["ALL"], program);
      }
  });

  void test("gives the store no more CPUs than its machine has", () => {
    const [, task] = tasks("full").find(([program]) => program === "store") ?? assert.fail();
    assert.equal(task.Resources.Limits.NanoCPUs, 1e9);
  });

  void test("collectors write to their own folder alone", () => {
    for (const name of cases) {
      const [, task] = tasks(name).find(([program]) => program === "collector") ?? assert.fail();
      const writable = task.ContainerSpec.Mounts?.filter(({ ReadOnly }) => ReadOnly !== true);
      assert.deepEqual(
        writable?.map(({ Target }) => Target),
        ["/var/lib/otelcol"],
      );
      assert.equal(task.ContainerSpec.ReadOnly, true);
    }
  });

  void test("shows no secret in what is not one", () => {
    for (const name of cases) {
      const services = JSON.stringify(loggingServices(settings(name), ids(name)));
      assert.doesNotMatch(services, /site-password|seed-of-the-tests/);
    }
  });

  void test("names of secrets fit the Swarm, and tell nothing of what is in them", () => {
    for (const name of cases)
      for (const [key, text] of Object.entries(texts(name))) {
        const named = (salt: string) =>
          platformFile(namespace, key, text, secretHash(salt, text)).name;
        assert.ok(named("one").length <= 64, named("one"));
        assert.notEqual(named("one"), named("another"));
      }
  });

  void test("every file that a program names is where it is mounted", () => {
    for (const name of cases) {
      const all = Object.values(texts(name)).join("\n");
      const mounted = programsOf(settings(name).spec).flatMap((program) =>
        filesOf(program, settings(name)).map((key) => placeOf(program, key)),
      );
      for (const [file] of all.matchAll(/\/run\/secrets\/[\w.]+/g))
        assert.ok(mounted.includes(file), `${name}: ${file}`);
    }
  });
});
