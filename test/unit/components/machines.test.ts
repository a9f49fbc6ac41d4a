import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { definition } from "../../../components/machines/definition";
import { machineNames } from "../../../components/machines/machine";
import { parseRoll } from "../../../components/machines/roll";
import { templateProblems } from "../../../components/machines/templateFit";
import { explainLookUp } from "../../../components/machines/vcenterError";
import type { SwarmNodePoolSpec } from "../../../components/spec";

const pool: SwarmNodePoolSpec = {
  role: "worker",
  count: 2,
  numCpus: 2,
  memoryMiB: 4096,
  diskGiB: 40,
  keepDataDisk: true,
  labels: {},
  antiAffinity: false,
  replace: "rolling",
  availability: "active",
  ephemeralVolumes: false,
};
const drained: SwarmNodePoolSpec = {
  ...pool,
  labels: { a: "b" },
  count: 9,
  availability: "drain",
};
const template = {
  uuid: "u1",
  guestId: "debian12_64Guest",
  scsiType: "pvscsi",
  addresses: [],
  disks: [{ size: 10, thinProvisioned: true, eagerlyScrub: false }],
};
const objects = {
  computeClusterId: "c",
  resourcePoolId: "r",
  datastoreId: "d",
  networkId: "n",
  folder: "f",
  template,
  tagIds: [],
};

test("a pool's machines keep their names when it grows", () => {
  assert.deepEqual(machineNames("workers", 2), ["workers-0", "workers-1"]);
  assert.deepEqual(machineNames("workers", 3).slice(0, 2), machineNames("workers", 2));
});

describe("definition", () => {
  const os = { dns: [], searchDomains: [] };
  const base = definition(pool, "full", objects, os, "cloud");
  const changed = (other: Readonly<Record<string, string>>) =>
    [...new Set([...Object.keys(base), ...Object.keys(other)])].filter(
      (field) => base[field] !== other[field],
    );
  const network = { addresses: ["10.0.0.1"], prefixLength: 24, gateway: "10.0.0.254" };
  const cases: readonly [string, Readonly<Record<string, string>>, readonly string[]][] = [
    ["nothing", definition({ ...pool }, "full", objects, os, "cloud"), []],
    [
      "the size",
      definition({ ...pool, numCpus: 4, memoryMiB: 1 }, "full", objects, os, "cloud"),
      ["numCpus", "memoryMiB"],
    ],
    [
      "the template",
      definition(pool, "full", { ...objects, template: { ...template, uuid: "u2" } }, os, "cloud"),
      ["template"],
    ],
    ["disk UUIDs", definition(pool, "full", objects, os, "cloud", true), ["diskUuid"]],
    ["cloud-init", definition(pool, "full", objects, os, "other"), ["cloudInit"]],
    [
      "the name servers",
      definition(pool, "full", objects, { ...os, dns: ["10.0.0.2"] }, "cloud"),
      ["networkSettings"],
    ],
    [
      "a data disk",
      definition({ ...pool, dataDiskGiB: 10 }, "full", objects, os, "cloud"),
      ["dataDiskGiB", "keepDataDisk"],
    ],
    [
      "labels, count and availability, which change without the VM",
      definition(drained, "full", objects, os, "cloud"),
      [],
    ],
  ];
  for (const [what, other, fields] of cases) {
    test(`tells that ${what} changed`, () => {
      assert.deepEqual(changed(other), fields);
    });
  }

  test("does not hold the addresses of the pool: adding one makes no machine stale", () => {
    const one = definition({ ...pool, network }, "full", objects, os, "cloud");
    const addresses = [...network.addresses, "10.0.0.2"];
    const two = definition(
      { ...pool, network: { ...network, addresses } },
      "full",
      objects,
      os,
      "cloud",
    );
    assert.deepEqual(one, two);
  });
});

describe("a roll in the environment", () => {
  test("is none where the variable is not set", () => {
    assert.equal(parseRoll(undefined), undefined);
    assert.equal(parseRoll(""), undefined);
  });

  test("names machine and token, and lets the new machine come first", () => {
    assert.deepEqual(parseRoll('{"machine":"managers-0","token":"t"}'), {
      machine: "managers-0",
      token: "t",
      address: undefined,
      deleteFirst: false,
    });
  });

  for (const [text, message] of [
    ["managers-0", /SLIPWAY_ROLL: it is not JSON; .*slipway roll/],
    ["[]", /machine must be a machine's name/],
    ["null", /it is no JSON object/],
    ['{"machine":"m"}', /token must be a text/],
    ['{"machine":"m","token":"t","address":1}', /address must be an IPv4 address/],
    ['{"machine":"m","token":"t","deleteFirst":"yes"}', /deleteFirst must be true or false/],
  ] as const) {
    test(`is refused where it is malformed: ${text}`, () => {
      assert.throws(() => parseRoll(text), { message });
    });
  }
});

describe("the template", () => {
  const spec = { template: "debian-12", clone: "full" } as const;

  test("fits pools whose disks are at least its own", () => {
    assert.deepEqual(
      templateProblems(spec, template, { a: { ...pool, diskGiB: 10 }, b: pool }),
      [],
    );
  });

  test("is larger than a pool's disk", () => {
    assert.deepEqual(templateProblems(spec, template, { a: { ...pool, diskGiB: 8 }, b: pool }), [
      'vSphere: template "debian-12" has a disk of 10 GiB; nodePools.a.diskGiB is 8, make it at least 10',
    ]);
  });

  test("can't grow in a linked clone", () => {
    const [problem] = templateProblems({ ...spec, clone: "linked" }, template, { a: pool });
    assert.match(
      problem ?? "",
      /linked clones share; nodePools\.a\.diskGiB is 40, make it 10, or set vsphere\.clone to full/,
    );
  });

  test("has exactly one disk", () => {
    const [disk] = template.disks;
    assert.ok(disk);
    const [problem] = templateProblems(spec, { ...template, disks: [disk, disk] }, { a: pool });
    assert.match(problem ?? "", /has 2 disks; the standard template has exactly one/);
  });

  test("has its disk where the vSphere provider finds it", () => {
    const [problem] = templateProblems(spec, { ...template, disks: [] }, { a: pool });
    assert.match(
      problem ?? "",
      /has no disk on a SCSI controller; make it with its one disk there/,
    );
  });

  test("is none that runs", () => {
    const running = { ...template, addresses: ["10.1.2.3", "fe80::1"] };
    assert.deepEqual(templateProblems(spec, running, { a: pool }), [
      'vSphere: template "debian-12" is a VM that runs (it reports the address 10.1.2.3); name a template, or a VM that is shut down, in vsphere.template',
    ]);
  });
});

describe("a failed look-up", () => {
  const sought = {
    what: "datastore",
    name: "ds-1",
    where: "datacenter DC0",
    property: "vsphere.datastore",
    hint: "it may be elsewhere",
    inventoryPath: "/DC0/datastore/<folder>/ds-1",
  };
  const provider = (reason: string) =>
    new Error(
      `invocation of vsphere:index/getDatastore:getDatastore returned an error: invoking vsphere:index/getDatastore:getDatastore: error fetching datastore: ${reason}`,
    );
  const connection = (reason: string) =>
    new Error(
      `invocation of vsphere:index/getDatastore:getDatastore returned an error: error setting up new vSphere SOAP client: ${reason}`,
    );
  for (const [what, error, message] of [
    [
      "missing",
      provider("datastore 'ds-1' not found"),
      /^vSphere: datastore "ds-1" was not found in datacenter DC0; correct vsphere\.datastore in the cluster's file, or grant the vCenter user the right to see it \(it may be elsewhere\)$/,
    ],
    [
      "ambiguous",
      provider("path 'ds-1' resolves to multiple datastores"),
      /^vSphere: datastore "ds-1" is ambiguous in datacenter DC0, .*inventory path in vsphere\.datastore, as \/DC0\/datastore\/<folder>\/ds-1, or rename one of them$/,
    ],
    [
      "not allowed",
      provider("ServerFaultCode: Permission to perform this operation was denied."),
      /^vSphere: datastore "ds-1" may not be read in datacenter DC0 by the vCenter user \(ServerFaultCode: Permission to perform this operation was denied\.\); give that user the rights that docs\/vsphere\.md lists/,
    ],
    [
      "something else",
      provider("ServerFaultCode: The session is overloaded."),
      /^vSphere: datastore "ds-1" could not be looked up in datacenter DC0: ServerFaultCode: The session is overloaded\.$/,
    ],
    [
      "a wrong password",
      connection(
        "ServerFaultCode: Cannot complete login due to an incorrect user name or password.",
      ),
      /^vSphere: vCenter vc\.example refuses the login; correct the user/,
    ],
    [
      "an untrusted certificate",
      connection(
        'Post "https://vc.example/sdk": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      ),
      /^vSphere: the certificate of vCenter vc\.example is not trusted \(certificate signed by unknown authority\); name the file of its authority in SSL_CERT_FILE and NODE_EXTRA_CA_CERTS/,
    ],
    [
      "a certificate for another name",
      connection(
        'Post "https://vc/sdk": tls: failed to verify certificate: x509: certificate is valid for vc.example, not vc',
      ),
      /^vSphere: the certificate of vCenter vc\.example is for another name \(certificate is valid for vc\.example, not vc\); set vsphere:vsphereServer/,
    ],
    [
      "a certificate that is out of date",
      connection(
        'Post "https://vc/sdk": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-21T08:00:00Z is after 2026-11-20T00:00:00Z',
      ),
      /is out of date \(current time .* is after 2026-11-20T00:00:00Z\); renew it in vCenter, or correct the clock/,
    ],
    [
      "a web server without TLS",
      connection('Post "https://vc.example/sdk": http: server gave HTTP response to HTTPS client'),
      /something answers at vc\.example, but it is no vCenter \(server gave HTTP response to HTTPS client\); set vsphere:vsphereServer .* NO_PROXY$/,
    ],
    [
      "a web server with other pages",
      connection('POST "/sdk": 404 Not Found'),
      /but it is no vCenter \(404 Not Found\)/,
    ],
    [
      "an intranet's page",
      connection("expected element type <Envelope> but have <html>"),
      /but it is no vCenter \(expected element type <Envelope> but have <html>\)/,
    ],
    [
      "a proxy that does not let it through",
      connection('Post "https://vc.example/sdk": Proxy Authentication Required'),
      /through the proxy \(Proxy Authentication Required\); name vCenter in NO_PROXY, or correct HTTPS_PROXY$/,
    ],
    [
      "a proxy that is not there",
      connection(
        'Post "https://vc.example/sdk": proxyconnect tcp: dial tcp 127.0.0.1:9: connect: connection refused',
      ),
      /^vSphere: vCenter vc\.example can't be reached through the proxy \(connection refused\)/,
    ],
    [
      "a vCenter that starts",
      connection('POST "/sdk": 503 Service Unavailable'),
      /^vSphere: vCenter vc\.example is not ready \(503 Service Unavailable\); run this again/,
    ],
    [
      "an unreachable vCenter",
      connection(
        'Post "https://vc.example/sdk": dial tcp 10.0.0.1:443: connect: connection refused',
      ),
      /^vSphere: vCenter vc\.example can't be reached \(connection refused\); check vsphere:vsphereServer/,
    ],
    [
      "an unknown name of vCenter",
      connection('Post "https://vc.example/sdk": dial tcp: lookup vc.example: no such host'),
      /can't be reached \(no such host\)/,
    ],
  ] as const) {
    test(`says: ${what}`, () => {
      assert.match(explainLookUp(error, sought, "vc.example").message, message);
    });
  }
});
