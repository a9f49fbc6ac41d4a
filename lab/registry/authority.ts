import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { webcrypto } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

x509.cryptoProvider.set(webcrypto);

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
/** A lab lives for hours. */
const validityDays = 30;

export interface Certificate {
  /** Path of the certificate, PEM. */
  readonly certificate: string;
  /** Path of its key, PEM, readable by its owner only. */
  readonly key: string;
}

/** The lab's own certificate authority; its certificate is `ca.pem` in the folder, its key is kept nowhere. */
export class Authority {
  private constructor(
    readonly certificatePath: string,
    private readonly folder: string,
    private readonly certificate: x509.X509Certificate,
    private readonly key: webcrypto.CryptoKey,
  ) {}

  static async create(folder: string): Promise<Authority> {
    mkdirSync(folder, { recursive: true });
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serial(),
      name: "CN=Slipway lab",
      ...validity(),
      signingAlgorithm: algorithm,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
          true,
        ),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    const path = join(folder, "ca.pem");
    writeFileSync(path, certificate.toString("pem") + "\n");
    return new Authority(path, folder, certificate, keys.privateKey);
  }

  /** Issues a server certificate for addresses and DNS names. */
  async issue(
    name: string,
    hosts: readonly { type: "ip" | "dns"; value: string }[],
  ): Promise<Certificate> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const issued = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: `CN=${name}`,
      issuer: this.certificate.subject,
      ...validity(),
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey: this.key,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([...hosts]),
        await x509.AuthorityKeyIdentifierExtension.create(this.certificate),
      ],
    });
    const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
    const paths = {
      certificate: join(this.folder, `${name}.pem`),
      key: join(this.folder, `${name}.key`),
    };
    writeFileSync(paths.certificate, issued.toString("pem") + "\n");
    writeFileSync(paths.key, x509.PemConverter.encode(key, "PRIVATE KEY") + "\n", { mode: 0o600 });
    return paths;
  }
}

function validity(): { notBefore: Date; notAfter: Date } {
  const hour = 3_600_000;
  return {
    notBefore: new Date(Date.now() - hour),
    notAfter: new Date(Date.now() + validityDays * 24 * hour),
  };
}

function serial(): string {
  return Buffer.from(webcrypto.getRandomValues(new Uint8Array(12))).toString("hex");
}
