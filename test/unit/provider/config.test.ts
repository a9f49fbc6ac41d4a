import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkConfig, parseConfig, secretsOf } from "../../../provider/server/config";
import { unknown } from "../../../provider/server/unknown";

const fingerprint = `SHA256:${"A".repeat(43)}`;
const vsphere = { server: "vc.test", user: "u", password: "secret", allowUnverifiedSsl: false };
const host = { machine: "a", address: "10.1.0.1", role: "manager", hostKey: fingerprint };
const good = {
  cluster: "slipway/prod",
  user: "ops",
  port: "2222",
  privateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----\n",
  vsphere: JSON.stringify(vsphere),
};
const hosts = (...list: readonly object[]) => ({
  vsphere: undefined,
  hosts: JSON.stringify(list),
});

const cases: readonly [string, object, readonly [string, RegExp][]][] = [
  ["accepts a vCenter", {}, []],
  ["accepts existing hosts", hosts(host), []],
  [
    "does not judge what a preview does not know yet",
    { privateKey: unknown, vsphere: unknown, hosts: unknown },
    [],
  ],
  [
    "names every missing key",
    { cluster: undefined, user: "" },
    [
      ["cluster", /is missing/],
      ["user", /is missing/],
    ],
  ],
  [
    "wants project and stack",
    { cluster: "prod" },
    [["cluster", /must be <project>\/<stack>; got "prod"/]],
  ],
  [
    "tells a path from a key",
    { privateKey: "~/.ssh/id_ed25519" },
    [["privateKey", /content of the key file.*not its path/]],
  ],
  [
    "tells a public key from a private one",
    { privateKey: "ssh-ed25519 AAAA" },
    [["privateKey", /is not a private key/]],
  ],
  ["wants a port that exists", { port: "70000" }, [["port", /from 1 to 65535; got "70000"/]]],
  ["wants one address book", { vsphere: undefined }, [["vsphere", /exactly one of the two/]]],
  [
    "wants no two address books",
    { hosts: JSON.stringify([host]) },
    [["vsphere", /exactly one of the two/]],
  ],
  [
    "names what a vCenter lacks",
    { vsphere: '{"server":"vc"}' },
    [
      ["vsphere.user", /is missing/],
      ["vsphere.password", /is missing/],
    ],
  ],
  [
    "rejects duplicate machines and addresses",
    hosts(host, host),
    [
      ["hosts[1].machine", /a is hosts\[0\] already/],
      ["hosts[1].address", /10\.1\.0\.1 is hosts\[0\] already/],
    ],
  ],
  [
    "wants a host key or the user's word",
    hosts({ ...host, hostKey: undefined }),
    [["hosts[0].hostKey", /is missing for a: .*ssh-keygen -lf.*trustOnFirstUse/]],
  ],
  ["takes the user's word", hosts({ ...host, hostKey: undefined, trustOnFirstUse: true }), []],
  [
    "wants a fingerprint as ssh-keygen prints it",
    hosts({ ...host, hostKey: "ab:cd" }),
    [["hosts[0].hostKey", /like SHA256:….*got "ab:cd"/]],
  ],
];

describe("the provider's configuration", () => {
  for (const [name, changes, expected] of cases) {
    test(name, () => {
      const problems = checkConfig({ ...good, ...changes });
      assert.deepEqual(
        problems.map((problem) => problem.property),
        expected.map(([property]) => property),
      );
      expected.forEach(([, reason], index) => {
        assert.match(problems[index]?.reason ?? "", reason);
      });
    });
  }

  test("is read into typed data, with port 22 where none is named", () => {
    const config = parseConfig({ ...good, port: undefined });
    assert.ok("cluster" in config);
    assert.equal(config.port, 22);
    assert.deepEqual(config.vsphere, vsphere);
    assert.equal(config.hosts, undefined);
  });
});

const connection = {
  endpoints: ["tcp://10.1.0.1:2376"],
  caCertificate: "ca",
  clientCertificate: "certificate",
  clientKey: "key",
};
const application = { owner: "slipway/shop-prod", docker: JSON.stringify(connection) };

const dockerCases: readonly [string, object, readonly [string, RegExp][]][] = [
  ["accepts endpoints and a client certificate", {}, []],
  [
    "does not judge what a preview does not know yet",
    { owner: unknown, docker: unknown, registries: unknown },
    [],
  ],
  ["wants an owner", { owner: "shop" }, [["owner", /must be <project>\/<stack>; got "shop"/]]],
  [
    "names what is missing for mutual TLS, and that no manager is named",
    { docker: '{"caCertificate":"ca","clientKey":"","endpoints":[]}' },
    [
      ["docker.clientCertificate", /is missing/],
      ["docker.clientKey", /is missing/],
      ["docker.endpoints", /must name at least one manager/],
    ],
  ],
  ["wants structures as JSON", { registries: "{" }, [["registries", /JSON/]]],
];

describe("the provider's configuration for a Docker API", () => {
  for (const [name, changes, expected] of dockerCases) {
    test(name, () => {
      const problems = checkConfig({ ...application, ...changes });
      assert.deepEqual(
        problems.map((problem) => problem.property),
        expected.map(([property]) => property),
      );
      expected.forEach(([, reason], index) => {
        assert.match(problems[index]?.reason ?? "", reason);
      });
    });
  }

  test("is read into typed data, and knows what must never be shown", () => {
    const registries = { "registry.test": { username: "puller", password: "hush" } };
    const config = parseConfig({ ...application, registries: JSON.stringify(registries) });
    assert.deepEqual(config, { owner: "slipway/shop-prod", docker: connection, registries });
    assert.deepEqual(secretsOf(config), ["key", "hush"]);
    assert.deepEqual(parseConfig(application), { ...config, registries: {} });
  });
});
