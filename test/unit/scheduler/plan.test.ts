import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { haproxyConfiguration } from "../../../components/scheduler/apiFilter";
import {
  schedulerConfig,
  schedulerNetwork,
  schedulerServices,
} from "../../../components/scheduler/plan";
import type { SchedulerSpec } from "../../../components/spec";
import { assertGolden } from "../spec/golden";

const golden = path.join(__dirname, "../../fixtures/scheduler");

const { key, name, data } = schedulerConfig();
const ids = {
  network: "id of slipway_scheduler_api",
  files: new Map([[key, { id: `id of ${key}`, name }]]),
};

describe("what the scheduler needs on a Swarm", () => {
  const cases: readonly { title: string; spec: SchedulerSpec; mirror?: string }[] = [
    { title: "plain", spec: { timeZone: "UTC" }, mirror: "registry.test/hub/" },
    {
      title: "full",
      spec: {
        timeZone: "Europe/Zurich",
        image: "registry.test/swarm-cronjob:mine",
        apiFilterImage: "registry.test/haproxy:mine",
      },
    },
  ];
  for (const { title, spec, mirror } of cases) {
    test(`${title}: services`, () => {
      const services = schedulerServices({ spec, mirror }, ids);
      assertGolden(
        path.join(golden, `${title}.services.json`),
        `${JSON.stringify(services, null, 2)}\n`,
      );
    });
  }

  test("the filter's configuration, as a config that is named by it", () => {
    assertGolden(path.join(golden, "haproxy.cfg"), haproxyConfiguration());
    assert.equal(Buffer.from(data, "base64").toString(), haproxyConfiguration());
    assert.match(name, /^slipway_scheduler_haproxy\.cfg-[0-9a-f]{12}$/);
  });

  test("a network that leads nowhere, encrypted where the cluster wants it", () => {
    const { internal, attachable, driverOptions } = schedulerNetwork(true);
    assert.deepEqual({ internal, attachable }, { internal: true, attachable: false });
    assert.deepEqual(driverOptions, { encrypted: "" });
    assert.deepEqual(schedulerNetwork(false).driverOptions, {});
  });
});

describe("the filter lets through what swarm-cronjob asks, and nothing else", () => {
  /** The rules of the configuration that name a path, as regular expressions. */
  const [asks, starts] = [...haproxyConfiguration().matchAll(/path_reg (\S+)$/gm)].map(
    ([, pattern = ""]) => new RegExp(pattern),
  );
  const id = "ak5tqrz8wwmhkrvkfg5c2pcor";

  test("for reading: version, services, nodes, tasks and what becomes of services", () => {
    const allowed = ["version", "services", "nodes", `nodes/${id}`, "tasks", "events"];
    for (const one of allowed)
      for (const version of ["", "/v1.41"]) assert.match(`${version}/${one}`, asks ?? /^$/, one);
    const others = [
      "containers/json",
      "secrets",
      "configs",
      "swarm",
      "info",
      `services/${id}`,
      `services/${id}/logs`,
      "tasks/",
      "services/../containers/json",
      "/containers/json",
    ];
    for (const one of others) assert.doesNotMatch(`/v1.41/${one}`, asks ?? /^/, one);
  });

  test("for writing: the update of a service", () => {
    assert.match(`/v1.41/services/${id}/update`, starts ?? /^$/);
    const others = ["services/create", `nodes/${id}/update`, "swarm/update", "containers/create"];
    for (const one of [...others, `services/${id}/update/../../create`])
      assert.doesNotMatch(`/v1.41/${one}`, starts ?? /^/, one);
  });
});
