import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileTexts, processesOf, filesOf, swarmSecret } from "../../../components/registry/files";
import {
  filesSecret,
  keptObjects,
  policies,
  workloads,
} from "../../../components/registry/kubernetes/plan";
import { registryNetwork, registryServices } from "../../../components/registry/plan";
import { assertGolden } from "../spec/golden";
import {
  golden,
  goldenObjects,
  identity,
  kubernetesYml,
  type registries,
  secrets,
  specOf,
} from "./support";

const authorities = ["AUTHORITY"];
type Name = keyof typeof registries;

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

void describe("the registry on a Swarm", () => {
  const ids = (names: readonly string[]) => ({
    network: "id of slipway_registry",
    files: new Map(names.map((file) => [file, { id: `id of ${file}`, name: `name of ${file}` }])),
  });
  const cases: readonly [Name, object][] = [
    ["volume", { authorities: [], mirror: "hub.test/mirror" }],
    ["full", { authorities }],
    ["s3", { authorities: [] }],
  ];
  for (const [name, settings] of cases) {
    void test(`${name}: services`, () => {
      const spec = specOf(name);
      const given = { spec, authorities: [], ...settings };
      const files = processesOf(spec).flatMap((process) => filesOf(process, given));
      assertGolden(golden(`${name}.services.json`), json(registryServices(given, ids(files))));
    });
  }

  void test("its network is one that monitoring can join, encrypted where the cluster wants it", () => {
    const { name, internal, driverOptions } = registryNetwork(true);
    assert.deepEqual(
      { name, internal, driverOptions },
      { name: "slipway_registry", internal: false, driverOptions: { encrypted: "" } },
    );
  });

  void test("a file is a secret whose name tells its content apart and nothing of it", () => {
    const one = swarmSecret("tls.key", "KEY", "seed");
    assert.match(one.name, /^slipway_registry_tls\.key-[0-9a-f]{12}$/);
    assert.equal(one.name, swarmSecret("tls.key", "KEY", "seed").name);
    assert.notEqual(one.name, swarmSecret("tls.key", "OTHER", "seed").name);
    assert.notEqual(one.name, swarmSecret("tls.key", "KEY", "another seed").name);
    assert.ok(one.name.length <= 64);
  });
});

void describe("the registry on Kubernetes", () => {
  const prometheus = {
    namespace: "slipway-monitoring",
    podLabels: { "app.kubernetes.io/name": "prometheus" },
  };
  const cases: readonly [Name, readonly string[]][] = [
    ["volume", []],
    ["full", authorities],
    ["s3", []],
    ["open", []],
  ];
  for (const [name, trusted] of cases) {
    void test(`${name}: objects`, () => {
      const spec = specOf(name, kubernetesYml);
      const settings = { spec, authorities: trusted, mirror: "hub.test/mirror" };
      const objects = {
        ...keptObjects(spec),
        ...policies(spec, prometheus),
        ...workloads(settings, "registry-0123456789"),
      };
      assertGolden(goldenObjects(name), json(objects));
    });
  }

  void test("its metrics are for Prometheus alone, and for nobody where there is none", () => {
    const rules = (reader?: typeof prometheus) => {
      const { policy } = policies(specOf("volume", kubernetesYml), reader);
      const { ingress } = policy?.spec as {
        ingress: readonly { from?: readonly object[]; ports: readonly { port: number }[] }[];
      };
      return ingress.map(({ from, ports }) => ({
        open: from === undefined,
        ports: ports.map(({ port }) => port),
      }));
    };
    assert.deepEqual(rules(), [{ open: true, ports: [5000, 5001] }]);
    assert.deepEqual(rules(prometheus), [
      { open: true, ports: [5000, 5001] },
      { open: false, ports: [5010, 5011] },
    ]);
  });

  void test("its files are one Secret, named by them", () => {
    const settings = { spec: specOf("volume", kubernetesYml), secrets, authorities: [] };
    const texts = fileTexts(settings, identity);
    const { metadata, data } = filesSecret(texts, identity.seed);
    assert.match(metadata.name, /^registry-[0-9a-f]{10}$/);
    assert.equal(Buffer.from(data["tls.key"] ?? "", "base64").toString(), identity.key);
    const renewed = filesSecret({ ...texts, "tls.key": "OTHER" }, identity.seed);
    assert.notEqual(renewed.metadata.name, metadata.name);
  });
});
