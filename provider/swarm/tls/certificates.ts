import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
/** Clocks differ: a certificate is valid from a little before it was made. */
const backdateMs = 5 * 60_000;

export interface KeyAndCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
  readonly expires: Date;
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function keyPem(key: webcrypto.CryptoKey): Promise<string> {
  const encoded = await webcrypto.subtle.exportKey("pkcs8", key);
  return x509.PemConverter.encode(encoded, "PRIVATE KEY");
}

function validity(days: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - backdateMs), notAfter: new Date(now + days * 86_400_000) };
}

function serialNumber(): string {
  // Positive, as RFC 5280 wants it: the first digit keeps the sign bit clear.
  return `1${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString("hex")}`.padEnd(
    32,
    "0",
  );
}

/** Until when a certificate is valid. */
export function expiryOf(certificate: string): Date {
  return new x509.X509Certificate(certificate).notAfter;
}

/** A certificate authority of its own, good for signing end certificates only. */
export async function createAuthority(
  commonName: string,
  days: number,
): Promise<KeyAndCertificate> {
  const keys = await newKeys();
  const { notBefore, notAfter } = validity(days);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [commonName] }],
    notBefore,
    notAfter,
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
    ],
  });
  return {
    certificate: certificate.toString("pem"),
    key: await keyPem(keys.privateKey),
    expires: notAfter,
  };
}

export interface Subject {
  readonly commonName: string;
  readonly usage: "server" | "client";
  /** Subject alternative names; servers only. */
  readonly names?: readonly { readonly type: "ip" | "dns"; readonly value: string }[];
}

/** A key and its certificate, signed by the authority. */
export async function issue(
  authority: { readonly certificate: string; readonly key: string },
  subject: Subject,
  days: number,
): Promise<KeyAndCertificate> {
  const keys = await newKeys();
  const issuer = new x509.X509Certificate(authority.certificate);
  const signingKey = await webcrypto.subtle.importKey(
    "pkcs8",
    x509.PemConverter.decodeFirst(authority.key),
    algorithm,
    false,
    ["sign"],
  );
  const { notBefore, notAfter } = validity(days);
  // No certificate outlives the one that signed it.
  const expires = issuer.notAfter < notAfter ? issuer.notAfter : notAfter;
  const usage =
    subject.usage === "server"
      ? x509.ExtendedKeyUsage.serverAuth
      : x509.ExtendedKeyUsage.clientAuth;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [subject.commonName] }],
    issuer: issuer.subject,
    notBefore,
    notAfter: expires,
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([usage]),
      ...(subject.names === undefined
        ? []
        : [new x509.SubjectAlternativeNameExtension([...subject.names])]),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await keyPem(keys.privateKey), expires };
}
