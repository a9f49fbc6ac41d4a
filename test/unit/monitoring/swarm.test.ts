import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { apiRules } from "../../../components/monitoring/swarm/apiFilter";
import { Monitoring } from "../../../components/monitoring/swarm";
import {
  monitoringFiles,
  monitoringNetworks,
  monitoringServices,
  type MonitoringIds,
  type MonitoringSettings,
} from "../../../components/monitoring/swarm/plan";
import type { FileSecrets } from "../../../components/monitoring/secrets";
import type { MonitoringSpec } from "../../../components/spec";
import { inventory, resource, runProgram } from "../components/support/program";
import { assertGolden } from "../spec/golden";
import { cases, external, full, plain, secrets } from "./settings";

const golden = path.join(__dirname, "../../fixtures/monitoring");

function settings(spec: MonitoringSpec): MonitoringSettings {
  return {
    cluster: "lab",
    spec,
    mirror: "registry.test/hub",
    machines: 5,
    cpus: 2,
    ingressStatusPort: 8082,
    registry: "https://registry.test:5000/v2/",
    logging: { store: true, gateway: true },
    ownRegistry: true,
    caCertificates: ["an authority\n"],
  };
}

function ids(spec: MonitoringSpec, from: FileSecrets): MonitoringIds<string> {
  const { configs, secrets: hidden } = monitoringFiles(settings(spec), from);
  return {
    networks: {
      applications: "id of applications",
      parts: "id of parts",
      api: "id of api",
      registry: "id of slipway_registry",
    },
    files: new Map(
      [...configs, ...hidden].map(({ key, name }) => [key, { id: `id of ${key}`, name }]),
    ),
  };
}

interface Task {
  readonly ContainerSpec: { readonly Image: string; readonly Command: readonly string[] };
  readonly Resources: {
    readonly Limits: { readonly MemoryBytes?: number; readonly NanoCPUs?: number };
  };
  readonly Placement?: { readonly Constraints: readonly string[] };
}

function tasks(spec: MonitoringSpec): ReadonlyMap<string, Task> {
  return new Map(
    monitoringServices(settings(spec), ids(spec, { ...secrets, external: "password" })).map(
      ([part, { spec: made }]) => [part, made.TaskTemplate as Task],
    ),
  );
}

const decoded = (data: string) => Buffer.from(data, "base64").toString();

describe("monitoring of a Swarm", () => {
  for (const { title, spec, secrets: known } of cases) {
    test(`${title}: services`, () => {
      const services = Object.fromEntries(monitoringServices(settings(spec), ids(spec, known)));
      assertGolden(
        path.join(golden, `swarm.${title}.services.json`),
        `${JSON.stringify(services, null, 2)}\n`,
      );
    });

    test(`${title}: files`, () => {
      const { configs, secrets: hidden } = monitoringFiles(settings(spec), known);
      for (const { key, data } of [...configs, ...hidden])
        assertGolden(path.join(golden, `swarm.${title}.${key}`), decoded(data));
    });
  }

  test("has limits of CPU and memory on every container of its own", () => {
    for (const [part, { Resources }] of tasks(full)) {
      assert.ok((Resources.Limits.MemoryBytes ?? 0) > 0, part);
      // The filter before the Swarm's API is that of all parts of the platform.
      if (part !== "api") assert.ok((Resources.Limits.NanoCPUs ?? 0) > 0, part);
    }
  });

  test("gives Prometheus no more CPUs than its machine has, and memory by the machines that it watches", () => {
    const limits = (machines: number, cpus: number) =>
      (
        new Map(
          monitoringServices({ ...settings(plain), machines, cpus }, ids(plain, secrets)),
        ).get("prometheus")?.spec.TaskTemplate as Task
      ).Resources.Limits;
    assert.equal(limits(100, 2).NanoCPUs, 2e9);
    assert.equal(limits(100, 8).NanoCPUs, 5e9);
    assert.ok((limits(100, 2).MemoryBytes ?? 0) > 4 * (limits(5, 2).MemoryBytes ?? 0));
  });

  test("keeps Prometheus and Alertmanager where their data is", () => {
    for (const part of ["prometheus", "alertmanager"])
      assert.deepEqual(tasks(plain).get(part)?.Placement, {
        Constraints: ["node.labels.slipway.machine == workers-0"],
      });
  });

  test("shows no secret in what is not one", () => {
    const { configs } = monitoringFiles(settings(full), secrets);
    const visible = configs.map(({ data, name }) => name + decoded(data)).join("\n");
    const services = JSON.stringify(monitoringServices(settings(full), ids(full, secrets)));
    for (const secret of ["mail-password", "pager-password", "heartbeat-token", "secret-part"])
      assert.doesNotMatch(visible + services, new RegExp(secret));
  });

  test("names its secrets so that nobody can test guesses of them", () => {
    const name = (salt: string) =>
      monitoringFiles(settings(full), { ...secrets, salt }).secrets.map((each) => each.name);
    assert.notDeepEqual(name("one"), name("two"));
  });

  test("names of files fit the Swarm", () => {
    const { configs, secrets: hidden } = monitoringFiles(settings(external), {
      ...secrets,
      external: "x",
    });
    for (const { name } of [...configs, ...hidden]) assert.ok(name.length <= 64, name);
  });

  test("applications share a network with Prometheus alone; questions to the Swarm have one that leads nowhere", () => {
    const { applications, parts, api } = monitoringNetworks(true);
    assert.deepEqual(
      [applications, parts, api].map(({ attachable, internal }) => ({ attachable, internal })),
      [
        { attachable: true, internal: false },
        { attachable: false, internal: false },
        { attachable: false, internal: true },
      ],
    );
    assert.deepEqual(applications.driverOptions, { encrypted: "" });
    const services = monitoringServices(settings(full), ids(full, secrets));
    for (const shared of ["id of applications", "id of slipway_registry"]) {
      const onIt = services.filter(([, { spec }]) => JSON.stringify(spec).includes(shared));
      assert.deepEqual(
        onIt.map(([part]) => part),
        ["prometheus"],
      );
    }
  });

  test("the filter lets lists pass, for reading, and nothing else", () => {
    const [, pattern = ""] = /path_reg (\S+)$/m.exec(apiRules) ?? [];
    const asks = new RegExp(pattern);
    for (const list of ["services", "tasks", "nodes", "networks"])
      for (const version of ["", "/v1.41"]) assert.match(`${version}/${list}`, asks);
    const others = ["containers/json", "secrets", "configs", "swarm", "services/abc", "services/"];
    for (const other of others) assert.doesNotMatch(`/v1.41/${other}`, asks, other);
    assert.match(apiRules, /deny unless \{ path \/_ping \} METH_GET or asks METH_GET$/m);
  });
});

test("without a registry of Slipway's own Prometheus is on no network of one, and asks for none of its metrics", () => {
  const without = { ...settings(plain), ownRegistry: false };
  const networks = { ...ids(plain, secrets).networks, registry: undefined };
  const services = monitoringServices(without, { ...ids(plain, secrets), networks });
  const { Networks } = new Map(services).get("prometheus")?.spec.TaskTemplate as {
    Networks: readonly object[];
  };
  assert.equal(Networks.length, 3);
  const { configs } = monitoringFiles(without, secrets);
  assert.doesNotMatch(configs.map(({ data }) => decoded(data)).join("\n"), /registry-metrics/);
});

describe("the component", () => {
  const made = (spec: MonitoringSpec) =>
    runProgram(() => {
      new Monitoring("lab-monitoring", {
        ...settings(spec),
        encryptOverlays: false,
        registryNetworkId: "id of slipway_registry",
        secrets: { ...secrets, ...(spec.external && { external: "password" }) },
      });
      return Promise.resolve({});
    }, {});

  test("has exactly these resources", async () => {
    assert.deepEqual(inventory(await made(plain)), [
      "slipway:index:SwarmConfig lab-monitoring-authorities.pem",
      "slipway:index:SwarmConfig lab-monitoring-blackbox.yml",
      "slipway:index:SwarmConfig lab-monitoring-haproxy.cfg",
      "slipway:index:SwarmConfig lab-monitoring-json-exporter.yml",
      "slipway:index:SwarmConfig lab-monitoring-prometheus.yml",
      "slipway:index:SwarmConfig lab-monitoring-slipway.rules.yml",
      "slipway:index:SwarmNetwork lab-monitoring-api",
      "slipway:index:SwarmNetwork lab-monitoring-applications",
      "slipway:index:SwarmNetwork lab-monitoring-parts",
      "slipway:index:SwarmSecret lab-monitoring-alertmanager.yml",
      "slipway:index:SwarmService lab-monitoring-alertmanager",
      "slipway:index:SwarmService lab-monitoring-api",
      "slipway:index:SwarmService lab-monitoring-blackbox-exporter",
      "slipway:index:SwarmService lab-monitoring-cadvisor",
      "slipway:index:SwarmService lab-monitoring-json-exporter",
      "slipway:index:SwarmService lab-monitoring-node-exporter",
      "slipway:index:SwarmService lab-monitoring-prometheus",
      "slipway:monitoring:Monitoring lab-monitoring",
    ]);
  });

  test("with a Prometheus of the site it has no Alertmanager and no rules, and its password as a secret", async () => {
    const run = await made(external);
    const names = inventory(run).join("\n");
    assert.doesNotMatch(names, /alertmanager|rules/);
    const secret = resource(run, "SwarmSecret", "lab-monitoring-prometheus.password");
    assert.deepEqual(secret.secrets, ["data"]);
  });

  test("Prometheus and json-exporter come after the filter that they ask, and have no socket", async () => {
    const run = await made(full);
    for (const name of ["prometheus", "json-exporter"]) {
      const service = resource(run, "SwarmService", `lab-monitoring-${name}`);
      assert.ok(
        service.dependencies.some((urn) => urn.endsWith("::lab-monitoring-api")),
        name,
      );
      assert.doesNotMatch(JSON.stringify(service.inputs), /docker\.sock|2376/);
    }
    assert.deepEqual(resource(run, "SwarmSecret", "lab-monitoring-alertmanager.yml").secrets, [
      "data",
    ]);
  });
});
