import { createPrivateKey, X509Certificate } from "node:crypto";

/** What is wrong with a private key for the certificate of the ingress, in words; undefined when nothing is. */
export function tlsKeyMistake(certificate: string, key: string): string | undefined {
  let parsed;
  try {
    parsed = createPrivateKey(key);
  } catch {
    return key.includes("ENCRYPTED")
      ? "has a passphrase, which Traefik can't be told; decrypt it (openssl pkey -in key.pem) and keep the result as a Pulumi secret"
      : 'is not a private key in PEM; set it with `pulumi config set --secret slipway:ingressTlsKey -- "$(cat key.pem)"`';
  }
  return new X509Certificate(certificate).checkPrivateKey(parsed)
    ? undefined
    : "is not the key of the certificate in platform.ingress.tls.certificate; use the two that belong together";
}
