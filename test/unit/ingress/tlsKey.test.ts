import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { tlsKeyMistake } from "../../../components/ingress/tlsKey";
import { certificateFor } from "./support";

test("a key has to be one, open, and the certificate's own", async () => {
  const mine = await certificateFor(["a.test"]);
  const other = await certificateFor(["a.test"]);
  const { privateKey: locked } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" },
  });
  assert.equal(tlsKeyMistake(mine.certificate, mine.key), undefined);
  assert.match(tlsKeyMistake(mine.certificate, other.key) ?? "", /not the key of the certificate/);
  assert.match(tlsKeyMistake(mine.certificate, "secret") ?? "", /not a private key in PEM/);
  assert.match(tlsKeyMistake(mine.certificate, locked) ?? "", /passphrase/);
});
