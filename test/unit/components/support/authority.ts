import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A certificate authority that lives as long as its test. */
export class Authority {
  private constructor(
    readonly certificate: x509.X509Certificate,
    private readonly keys: webcrypto.CryptoKeyPair,
  ) {}

  static async create(): Promise<Authority> {
    x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]);
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: "CN=test",
      keys,
      signingAlgorithm: algorithm,
      extensions: [new x509.BasicConstraintsExtension(true)],
    });
    return new Authority(certificate, keys);
  }

  get pem(): string {
    return this.certificate.toString("pem");
  }

  /** @param address IP address that the certificate is for; a client's has none. */
  async issue(address?: string): Promise<Identity> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.create({
      subject: "CN=one",
      issuer: this.certificate.subject,
      signingKey: this.keys.privateKey,
      publicKey: keys.publicKey,
      signingAlgorithm: algorithm,
      extensions:
        address === undefined
          ? []
          : [new x509.SubjectAlternativeNameExtension([{ type: "ip", value: address }])],
    });
    const key = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
    return {
      certificate: certificate.toString("pem"),
      key: x509.PemConverter.encode(key, "PRIVATE KEY"),
    };
  }
}
