import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { error, type Finding, warning } from "../finding";
import { reasonForReading } from "../text";
import { quote } from "../words";
import type { CaCertificate } from "./types";

export interface ReadAuthorities {
  readonly certificates: readonly CaCertificate[];
  readonly findings: readonly Finding[];
}

/**
 * Reads files of certificate authorities, relative to the folder of the file that names them.
 *
 * @param at where that file names them; default `os.caCertificates`
 */
export function readCaCertificates(
  folder: string,
  files: readonly (string | undefined)[],
  at: Finding["path"] = ["os", "caCertificates"],
): ReadAuthorities {
  const certificates: CaCertificate[] = [];
  const findings: Finding[] = [];
  files.forEach((file, index) => {
    if (file === undefined) return;
    const place = [...at, index];
    try {
      const pem = readFileSync(path.resolve(folder, file), "utf8");
      findings.push(...checkPem(file, pem, place));
      certificates.push({ path: file, pem });
    } catch (cause) {
      findings.push(error(place, `${quote(file)} can't be read: ${reasonForReading(cause)}`));
    }
  });
  return { certificates, findings };
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

function checkPem(file: string, pem: string, place: Finding["path"]): Finding[] {
  const blocks = [...pem.matchAll(block)];
  if (blocks.some((match) => match[1]?.includes("PRIVATE KEY") === true)) {
    return [
      error(
        place,
        `${quote(file)} holds a private key; it would go to every machine: leave only certificates`,
      ),
    ];
  }
  const others = blocks.filter((match) => match[1] !== "CERTIFICATE");
  if (blocks.length === 0 || others.length > 0) {
    return [
      error(
        place,
        `${quote(file)} is not a PEM certificate; it must hold \`-----BEGIN CERTIFICATE-----\` blocks only`,
      ),
    ];
  }
  return blocks.flatMap(([text], index) => checkCertificate(file, text, index + 1, place));
}

function checkCertificate(
  file: string,
  pem: string,
  number: number,
  place: Finding["path"],
): Finding[] {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    return [
      error(
        place,
        `${quote(file)}: certificate ${number} in it is damaged; copy the file again from its issuer`,
      ),
    ];
  }
  const findings: Finding[] = [];
  if (Date.parse(certificate.validTo) < Date.now()) {
    findings.push(
      warning(
        place,
        `${quote(file)}: certificate ${number} in it expired on ${certificate.validTo}; ask its issuer for the new one`,
      ),
    );
  }
  if (!certificate.ca) {
    findings.push(
      warning(
        place,
        `${quote(file)}: certificate ${number} in it is not one of a certificate authority; machines will not trust what others have signed with it`,
      ),
    );
  }
  return findings;
}
