import { X509Certificate } from "node:crypto";
import { accessOf } from "../../../components/application/kubernetes/kubeconfig";
import type { CertificateFacts } from "../facts";

/** Outputs that are certificates in PEM, with what they are. */
const pems: Readonly<Record<string, string>> = {
  dockerCaCertificate: "the authority of the Docker API",
  dockerClientCertificate: "the client certificate for the Docker API",
  registryCaCertificate: "the authority of the registry",
};

/** Outputs that are kubeconfigs, with whose. */
const kubeconfigs: Readonly<Record<string, string>> = {
  kubeconfig: "the administrators' client certificate",
  deployerKubeconfig: "the deployers' client certificate",
};

/** Certificates that the outputs of a cluster's Pulumi stack have; those that can't be read there are left out. */
export function certificatesIn(
  outputs: Readonly<Record<string, unknown>>,
): readonly CertificateFacts[] {
  const { ingress } = outputs as { readonly ingress?: { readonly certificate?: unknown } };
  return [
    ...Object.entries(pems).flatMap(([output, name]) => certificate(name, outputs[output])),
    ...Object.entries(kubeconfigs).flatMap(([output, name]) =>
      clientCertificate(name, outputs[output]),
    ),
    ...certificate("the certificate of the ingress", ingress?.certificate),
  ];
}

function clientCertificate(name: string, kubeconfig: unknown): readonly CertificateFacts[] {
  if (typeof kubeconfig !== "string") return [];
  try {
    return certificate(name, accessOf(kubeconfig).clientCertificate);
  } catch {
    return [];
  }
}

/** The first of a chain: those that it is signed by are renewed by others. */
function certificate(name: string, pem: unknown): readonly CertificateFacts[] {
  if (typeof pem !== "string") return [];
  try {
    return [{ name, expires: new Date(new X509Certificate(pem).validTo).toISOString() }];
  } catch {
    return [];
  }
}
