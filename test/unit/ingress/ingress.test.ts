import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Ingress, type IngressArgs } from "../../../components/ingress";
import type { SwarmIngressSpec } from "../../../components/spec";
import { inventory, resource, runProgram } from "../components/support/program";

const spec: SwarmIngressSpec = {
  httpPort: 80,
  httpsPort: 443,
  statusPort: 8082,
  placement: [],
  trustedProxies: [],
  accessLog: false,
  dashboard: false,
};
const tls = { certificate: { path: "apps.pem", pem: "a certificate" }, minVersion: "1.2" } as const;

function made(args: Partial<IngressArgs>) {
  return runProgram(() => {
    const { networkId } = new Ingress("lab-ingress", {
      spec,
      encryptOverlays: false,
      salt: "salt",
      ...args,
    });
    return Promise.resolve({ networkId });
  }, {});
}

/** Every value of one property, anywhere in a structure. */
function valuesOf(data: unknown, property: string): unknown[] {
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([key, value]: [string, unknown]) =>
    key === property ? [value] : valuesOf(value, property),
  );
}

describe("the ingress of a cluster", () => {
  test("has exactly these resources", async () => {
    assert.deepEqual(inventory(await made({})), [
      "slipway:index:SwarmConfig lab-ingress-dynamic.yml",
      "slipway:index:SwarmConfig lab-ingress-haproxy.cfg",
      "slipway:index:SwarmConfig lab-ingress-traefik.yml",
      "slipway:index:SwarmNetwork lab-ingress-api",
      "slipway:index:SwarmNetwork lab-ingress-applications",
      "slipway:index:SwarmService lab-ingress-api",
      "slipway:index:SwarmService lab-ingress-traefik",
      "slipway:ingress:Ingress lab-ingress",
    ]);
  });

  test("with a certificate it has the certificate as a config and its key as a secret", async () => {
    const run = await made({ spec: { ...spec, tls }, tlsKey: "a key" });
    resource(run, "SwarmConfig", "lab-ingress-certificate.pem");
    assert.deepEqual(resource(run, "SwarmSecret", "lab-ingress-tls.key").secrets, ["data"]);
    const { inputs } = resource(run, "SwarmService", "lab-ingress-traefik");
    assert.deepEqual(valuesOf(inputs, "SecretID"), ["id of lab-ingress-tls.key"]);
  });

  test("Traefik has neither the engine's socket nor a client certificate, and starts after the filter", async () => {
    const run = await made({});
    const traefik = resource(run, "SwarmService", "lab-ingress-traefik");
    assert.doesNotMatch(JSON.stringify(traefik.inputs), /docker\.sock|2376/);
    assert.ok(traefik.dependencies.some((urn) => urn.endsWith("SwarmService::lab-ingress-api")));
    assert.deepEqual(valuesOf(traefik.inputs, "CapabilityDrop"), [["ALL"]]);
    assert.deepEqual(valuesOf(traefik.inputs, "Target"), [
      "id of lab-ingress-applications",
      "id of lab-ingress-api",
    ]);
  });

  test("the filter is on managers, on no network of applications, and publishes nothing", async () => {
    const { inputs } = resource(await made({}), "SwarmService", "lab-ingress-api");
    assert.deepEqual(valuesOf(inputs, "Constraints"), [["node.role == manager"]]);
    assert.deepEqual(valuesOf(inputs, "Ports"), []);
    assert.deepEqual(valuesOf(inputs, "Networks"), [
      [{ Target: "id of lab-ingress-api", Aliases: ["swarm-api"] }],
    ]);
  });

  test("applications join its network", async () => {
    const { outputs } = await made({});
    assert.equal(outputs.networkId, "id of lab-ingress-applications");
  });
});
