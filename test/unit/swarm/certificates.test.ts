import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { dockerApiAuthority } from "../../../provider/swarm/tls/authorityHandler";
import { createAuthority, expiryOf, issue } from "../../../provider/swarm/tls/certificates";
import { isDue } from "../../../provider/swarm/tls/renewal";
import type { Context } from "../../../provider/server/handler";

const names = [
  { type: "ip", value: "127.0.0.1" },
  { type: "dns", value: "managers-0" },
] as const;
/** The authority's handler asks nothing of anybody. */
const nobody = {} as Context;

void describe("certificates of the Docker API", () => {
  void test("server and client of one authority trust each other, and nobody else", async () => {
    const ca = await createAuthority("lab Docker API", 30);
    const other = await createAuthority("another one", 30);
    const server = await issue(ca, { commonName: "managers-0", usage: "server", names }, 10);
    const client = await issue(ca, { commonName: "applications", usage: "client" }, 10);
    const stranger = await issue(other, { commonName: "applications", usage: "client" }, 10);
    const listener = https.createServer(
      {
        ca: ca.certificate,
        cert: server.certificate,
        key: server.key,
        requestCert: true,
        rejectUnauthorized: true,
      },
      (_request, response) => response.end("OK"),
    );
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as AddressInfo;
    const ask = (trusted: string, mine?: { certificate: string; key: string }) =>
      new Promise<number | undefined>((resolve, reject) => {
        https
          .get(
            {
              port,
              host: "127.0.0.1",
              ca: trusted,
              cert: mine?.certificate,
              key: mine?.key,
              agent: false,
            },
            (response) => {
              response.resume();
              resolve(response.statusCode);
            },
          )
          .once("error", reject);
      });
    try {
      assert.equal(await ask(ca.certificate, client), 200);
      await assert.rejects(ask(ca.certificate));
      await assert.rejects(ask(ca.certificate, stranger));
      await assert.rejects(ask(other.certificate, client));
      // A server's certificate is no client's.
      await assert.rejects(ask(ca.certificate, server));
    } finally {
      listener.close();
      listener.closeAllConnections();
    }
  });

  void test("name the machine by address and by host name", async () => {
    const ca = await createAuthority("lab", 30);
    const server = await issue(ca, { commonName: "managers-0", usage: "server", names }, 10);
    const { subjectAltName } = new X509Certificate(server.certificate);
    assert.equal(subjectAltName, "IP Address:127.0.0.1, DNS:managers-0");
  });

  void test("do not outlive their authority", async () => {
    const ca = await createAuthority("lab", 5);
    const client = await issue(ca, { commonName: "applications", usage: "client" }, 365);
    assert.deepEqual(expiryOf(client.certificate), expiryOf(ca.certificate));
  });

  void test("are renewed in the last third of their life", () => {
    const now = new Date("2026-03-01T00:00:00Z");
    const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString();
    assert.equal(isDue(inDays(31), 90, now), false);
    assert.equal(isDue(inDays(29), 90, now), true);
    assert.equal(isDue(inDays(-1), 90, now), true);
    assert.equal(isDue("", 90, now), true);
  });
});

void describe("the authority of a cluster", () => {
  const inputs = { commonName: "lab Docker API", validityDays: 90 };

  void test("stays when only the client's certificate is renewed", async () => {
    const { outputs } = await dockerApiAuthority.create(nobody, inputs);
    const olds = { ...inputs, ...outputs, expires: new Date().toISOString() };
    assert.equal(dockerApiAuthority.diff(olds, inputs).changes, true);
    const renewed = await dockerApiAuthority.update(nobody, "id", olds, inputs);
    assert.equal(renewed.caCertificate, outputs.caCertificate);
    assert.notEqual(renewed.clientCertificate, outputs.clientCertificate);
    assert.equal(dockerApiAuthority.diff({ ...inputs, ...renewed }, inputs).changes, false);
  });

  void test("makes way for a new one when it cannot sign for a whole lifetime any more", async () => {
    const { outputs } = await dockerApiAuthority.create(nobody, { ...inputs, validityDays: 1 });
    const olds = { ...inputs, ...outputs };
    const renewed = await dockerApiAuthority.update(nobody, "id", olds, inputs);
    assert.notEqual(renewed.caCertificate, outputs.caCertificate);
    assert.equal(dockerApiAuthority.diff({ ...inputs, ...renewed }, inputs).changes, false);
  });

  void test("has both keys kept as secrets", () => {
    assert.deepEqual([...dockerApiAuthority.secretOutputs].sort(), ["caKey", "clientKey"]);
  });
});
