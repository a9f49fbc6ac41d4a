import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { haproxyConfiguration } from "../../../components/ingress/apiFilter";
import { ingressImages } from "../../../components/ingress/images";
import { imageName } from "../../../components/platform/images";
import {
  ingressFiles,
  ingressNetworks,
  ingressServices,
  type IngressIds,
} from "../../../components/ingress/plan";
import { pace, swarmStaticConfiguration } from "../../../components/ingress/swarmConfig";
import { goodbye } from "../../../components/ingress/traefikConfig";
import type { SwarmIngressSpec } from "../../../components/spec";
import { assertGolden } from "../spec/golden";

const golden = path.join(__dirname, "../../fixtures/ingress");

const plain: SwarmIngressSpec = {
  httpPort: 80,
  httpsPort: 443,
  statusPort: 8082,
  placement: ["node.role == worker"],
  trustedProxies: [],
  accessLog: false,
  dashboard: false,
};
const full: SwarmIngressSpec = {
  ...plain,
  httpsPort: 8443,
  trustedProxies: ["10.1.0.0/24"],
  accessLog: true,
  dashboard: true,
  tls: { certificate: { path: "apps.pem", pem: "a certificate" }, minVersion: "1.3" },
  image: "registry.test/traefik:mine",
};

function ids(spec: SwarmIngressSpec, tlsKey?: string): IngressIds<string> {
  const { configs, secrets } = ingressFiles(spec, { tlsKey, salt: "salt" });
  return {
    networks: { applications: "id of slipway_ingress", api: "id of slipway_ingress_api" },
    files: new Map(
      [...configs, ...secrets].map(({ key, name }) => [key, { id: `id of ${key}`, name }]),
    ),
  };
}

function text(data: string): string {
  return Buffer.from(data, "base64").toString();
}

describe("what the ingress needs on a Swarm", () => {
  const cases = [
    { title: "plain", spec: plain },
    { title: "full", spec: full, tlsKey: "a key" },
  ];
  for (const { title, spec, tlsKey } of cases) {
    test(`${title}: services`, () => {
      const services = ingressServices({ spec, mirror: "registry.test/hub/" }, ids(spec, tlsKey));
      assertGolden(
        path.join(golden, `${title}.services.json`),
        `${JSON.stringify(services, null, 2)}\n`,
      );
    });
    test(`${title}: files`, () => {
      const { configs } = ingressFiles(spec, { tlsKey, salt: "salt" });
      for (const { key, data } of configs.filter(({ key }) => key.endsWith(".yml")))
        assertGolden(path.join(golden, `${title}.${key}`), text(data));
    });
  }

  test("the filter's configuration", () => {
    assertGolden(path.join(golden, "haproxy.cfg"), haproxyConfiguration());
  });

  test("networks are encrypted where the cluster wants it", () => {
    const { applications, api } = ingressNetworks(true);
    assert.deepEqual(applications.driverOptions, { encrypted: "" });
    assert.deepEqual(api.driverOptions, { encrypted: "" });
    assert.equal(api.internal, true);
    assert.deepEqual(ingressNetworks(false).applications.driverOptions, {});
  });
});

describe("files are named by their content", () => {
  test("the key of the certificate is a secret, and no hash of it alone is seen", () => {
    const first = ingressFiles(full, { tlsKey: "a key", salt: "one" }).secrets;
    const second = ingressFiles(full, { tlsKey: "a key", salt: "two" }).secrets;
    assert.equal(first.length, 1);
    assert.notEqual(first[0]?.name, second[0]?.name);
    assert.equal(text(first[0]?.data ?? ""), "a key");
  });

  test("another setting gives another config, the same setting the same", () => {
    const names = (spec: SwarmIngressSpec) =>
      ingressFiles(spec, { salt: "s" }).configs.map(({ name }) => name);
    assert.deepEqual(names(plain), names({ ...plain }));
    assert.notDeepEqual(names(plain), names({ ...plain, accessLog: true }));
    for (const name of names(full)) assert.ok(name.length <= 64, name);
  });
});

describe("times that depend on each other", () => {
  const configuration = parse(swarmStaticConfiguration(plain)) as {
    providers: { swarm: { refreshSeconds: number }; providersThrottleDuration: string };
  };

  test("Traefik knows that a task is to stop before the task does", () => {
    const { swarm, providersThrottleDuration } = configuration.providers;
    const late = swarm.refreshSeconds + Number.parseInt(providersThrottleDuration) / 1000;
    assert.ok(late < pace.engineSeconds, `${late} s`);
  });

  test("Traefik is killed after it has finished, not before", () => {
    const { traefik } = ingressServices({ spec: plain }, ids(plain));
    const { ContainerSpec } = traefik.spec.TaskTemplate as {
      ContainerSpec: { StopGracePeriod: number };
    };
    assert.ok(ContainerSpec.StopGracePeriod / 1e9 > goodbye.acceptSeconds + goodbye.finishSeconds);
  });
});

describe("names of images", () => {
  const { traefik } = ingressImages;
  test("come from the catalogue, under the site's mirror", () => {
    assert.equal(imageName(traefik, {}), traefik);
    assert.equal(imageName(traefik, { mirror: "r.test/hub" }), `r.test/hub/${traefik}`);
    assert.equal(imageName(traefik, { mirror: "r.test", own: "r.test/mine:1" }), "r.test/mine:1");
  });
});
