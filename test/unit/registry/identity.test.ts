import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { describe, test } from "node:test";
import { registryIdentity } from "../../../provider/registry/identityHandler";
import type { RegistryIdentityInputs } from "../../../provider/sdk";
import type { Context } from "../../../provider/server/handler";
import { unknown } from "../../../provider/server/unknown";

/** It asks nothing of anybody. */
const nobody = {} as Context;
const inputs: RegistryIdentityInputs = {
  commonName: "lab registry",
  address: "registry.test",
  validityDays: 365,
};

async function made(given = inputs) {
  const { outputs } = await registryIdentity.create(nobody, given);
  return { ...given, ...outputs };
}

void describe("the identity of a registry", () => {
  void test("is a certificate for its address, by an authority of its own", async () => {
    for (const [address, named] of [
      ["registry.test", "DNS:registry.test"],
      ["10.1.2.3", "IP Address:10.1.2.3"],
    ] as const) {
      const { caCertificate, certificate } = await made({ ...inputs, address });
      const own = new X509Certificate(certificate);
      assert.equal(own.subjectAltName, named);
      assert.equal(own.verify(new X509Certificate(caCertificate).publicKey), true);
    }
  });

  void test("does not change while nothing does", async () => {
    const olds = await made();
    assert.equal(registryIdentity.diff(olds, inputs).changes, false);
  });

  void test("of another address is another certificate by the same authority, with the same seed", async () => {
    const olds = await made();
    const news = { ...inputs, address: "10.1.2.3" };
    assert.equal(registryIdentity.diff(olds, news).changes, true);
    const planned = await registryIdentity.preview(nobody, news, olds);
    assert.equal(planned.caCertificate, olds.caCertificate);
    assert.equal(planned.certificate, unknown);
    const outputs = await registryIdentity.update(nobody, inputs.commonName, olds, news);
    assert.deepEqual(
      [outputs.caCertificate, outputs.caKey, outputs.seed],
      [olds.caCertificate, olds.caKey, olds.seed],
    );
    assert.match(new X509Certificate(outputs.certificate).subjectAltName ?? "", /10\.1\.2\.3/);
  });

  void test("is renewed in the last third of its certificate's life", async () => {
    const olds = await made();
    const soon = new Date(Date.now() + 100 * 86_400_000).toISOString();
    assert.equal(registryIdentity.diff({ ...olds, expires: soon }, inputs).changes, true);
  });

  void test("has secrets that no two registries share", async () => {
    const [one, other] = [await made(), await made()];
    assert.notEqual(one.seed, other.seed);
    assert.ok(Buffer.from(one.seed, "base64url").length >= 32);
    assert.deepEqual([...registryIdentity.secretOutputs].sort(), ["caKey", "key", "seed"]);
  });
});
