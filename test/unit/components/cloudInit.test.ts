import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { hostKeyScript } from "../../../components/machines/cloudInit/hostKeyScript";
import { metadata } from "../../../components/machines/cloudInit/metadata";
import { userData, type UserDataArgs } from "../../../components/machines/cloudInit/userData";
import { guestinfo } from "../../../provider/sdk";
import { assertGolden } from "../spec/golden";

const fixtures = path.join(__dirname, "../../fixtures/machines");
const pem = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIU\n-----END CERTIFICATE-----\n";

const plain: UserDataArgs = {
  user: "ops",
  publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPublicKeyOfTheTests",
  os: { ntp: [], caCertificates: [] },
  dataDisk: false,
  hostKeyVariable: guestinfo.sshHostKey,
};
const full: UserDataArgs = {
  ...plain,
  os: {
    ntp: ["ntp1.example.com", "10.20.0.5"],
    caCertificates: [{ path: "ca.pem", pem }],
    proxy: {
      http: "http://proxy.example.com:3128",
      https: "http://proxy.example.com:3129",
      noProxy: ["localhost", "10.20.0.0/16", ".example.com"],
    },
  },
  dataDisk: true,
};
const noDns = { dns: [], searchDomains: [] };

describe("user data", () => {
  test("has a user, a key and the host key's publication, and nothing else by default", () => {
    assertGolden(path.join(fixtures, "user-data.plain.yml"), userData(plain));
  });

  test("has data disk, authorities, NTP and proxies where they are asked for", () => {
    assertGolden(path.join(fixtures, "user-data.full.yml"), userData(full));
  });

  test("brings certificates through YAML unchanged", () => {
    const read = parse(userData(full)) as { ca_certs: { trusted: string[] } };
    assert.deepEqual(read.ca_certs.trusted, [pem]);
  });

  test("is the same text for the same definition", () => {
    assert.equal(userData(full), userData(structuredClone(full)));
  });
});

describe("metadata", () => {
  const network = { prefixLength: 24, gateway: "10.20.4.1" };
  const hostname = "prod-managers-0-g2";
  const cases = {
    dhcp: { hostname, os: noDns },
    "dhcp-dns": { hostname, os: { dns: ["10.20.0.2"], searchDomains: ["example.com"] } },
    static: { hostname, address: "10.20.4.11", network, os: noDns },
    "static-dns": {
      hostname,
      address: "10.20.4.11",
      network,
      os: { dns: ["10.20.0.2", "10.20.0.3"], searchDomains: ["example.com"] },
    },
  };
  for (const [name, args] of Object.entries(cases)) {
    test(name, () => {
      assertGolden(path.join(fixtures, `metadata.${name}.yml`), metadata(args));
    });
  }
});

test("the host key script hands the public key to VMware Tools, by whichever of their commands is there", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "slipway-hostkey-"));
  const said = path.join(folder, "said");
  const key = path.join(folder, "key.pub");
  writeFileSync(key, "ssh-ed25519 AAAAC3Nz root@host\n");
  const script = hostKeyScript("guestinfo.x").replace("/etc/ssh/ssh_host_ed25519_key.pub", key);
  for (const [command, expected] of [
    ["vmtoolsd", "--cmd|info-set guestinfo.x ssh-ed25519 AAAAC3Nz root@host|"],
    ["vmware-rpctool", "info-set guestinfo.x ssh-ed25519 AAAAC3Nz root@host|"],
  ] as const) {
    const file = path.join(folder, command);
    writeFileSync(file, `#!/bin/sh\nprintf '%s|' "$@" >${said}\n`);
    chmodSync(file, 0o755);
    execFileSync("/bin/sh", ["-c", script], { env: { PATH: `${folder}:/usr/bin:/bin` } });
    assert.equal(readFileSync(said, "utf8"), expected);
  }
});
