import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { error, type Finding, warning } from "../finding";
import { reasonForReading } from "../text";
import { quote } from "../words";
import type { CertificateFile } from "./platformSpec";

export interface ReadCertificate {
  readonly certificate?: CertificateFile;
  readonly findings: readonly Finding[];
}

const place = ["platform", "ingress", "tls", "certificate"];
const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;
/** A certificate that ends sooner is spoken of. */
const warningDays = 30;

/** Reads the certificate of the ingress, relative to the folder of `cluster.yml`. */
export function readIngressCertificate(
  folder: string,
  file: string | undefined,
  now = new Date(),
): ReadCertificate {
  if (file === undefined) return { findings: [] };
  let pem: string;
  try {
    pem = readFileSync(path.resolve(folder, file), "utf8");
  } catch (cause) {
    return {
      findings: [error(place, `${quote(file)} can't be read: ${reasonForReading(cause)}`)],
    };
  }
  return { certificate: { path: file, pem }, findings: [...check(file, pem, now)] };
}

function* check(file: string, pem: string, now: Date): Iterable<Finding> {
  const blocks = [...pem.matchAll(block)];
  if (blocks.some(([, kind = ""]) => kind.includes("PRIVATE KEY"))) {
    yield error(
      place,
      `${quote(file)} holds a private key, which every node could read; leave only certificates, and set the key with \`pulumi config set --secret slipway:ingressTlsKey\``,
    );
    return;
  }
  const [first] = blocks;
  if (first === undefined || blocks.some(([, kind]) => kind !== "CERTIFICATE")) {
    yield error(
      place,
      `${quote(file)} is not a PEM certificate; it must hold \`-----BEGIN CERTIFICATE-----\` blocks only`,
    );
    return;
  }
  const chain = blocks.map(([text]) => parse(text));
  const damaged = chain.indexOf(undefined);
  if (damaged >= 0) {
    yield error(
      place,
      `${quote(file)}: certificate ${damaged + 1} in it is damaged; copy the file again from its issuer`,
    );
    return;
  }
  const own = chain[0];
  if (own !== undefined) yield* checkOwn(file, own, now);
}

function* checkOwn(file: string, own: X509Certificate, now: Date): Iterable<Finding> {
  const daysLeft = (Date.parse(own.validTo) - now.getTime()) / 86_400_000;
  if (daysLeft < warningDays) {
    yield warning(
      place,
      `${quote(file)} ${daysLeft < 0 ? "expired" : "expires"} on ${own.validTo}; ask its issuer for the new one`,
    );
  }
  if (own.ca) {
    yield warning(
      place,
      `${quote(file)} begins with the certificate of an authority; the one for the hosts must come first`,
    );
  } else if (own.subjectAltName === undefined) {
    yield warning(
      place,
      `${quote(file)} names no host (subjectAltName), which every browser asks for; ask its issuer for one that does`,
    );
  }
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
