import { X509Certificate } from "node:crypto";
import type { Context } from "../../server/handler";
import type { Connection } from "../../transport/types";
import type { ControlPlanes } from "../controlPlanes";
import { runKubeadm } from "../kubeadm/run";
import { parseYaml, yamlText } from "../kubeadm/yaml";
import { readyAgain } from "../lock";
import { manifestsFolder, ownFolder, pkiFolder } from "../paths";
import { storedText } from "../cluster/kubeadmConfig";
import { quote } from "../../transport/shell";

/** The certificates of one control plane that kubeadm keeps, by the one that ends first. */
export interface Expiry {
  /** ISO 8601. */
  readonly certificateExpires: string;
  /** Its whole life, days. */
  readonly certificateDays: number;
}

interface Listed {
  readonly name: string;
  readonly expirationDate: string;
  readonly externallyManaged?: boolean;
  readonly missing?: boolean;
}

/** Reads `kubeadm certs check-expiration -o json`: when the first of its certificates ends. Authorities live longer and are another matter. */
export function firstExpiry(output: string): Date {
  const { certificates } = JSON.parse(output.slice(output.indexOf("{"))) as {
    certificates: readonly Listed[];
  };
  const times = certificates
    .filter(({ missing, externallyManaged }) => missing !== true && externallyManaged !== true)
    .map(({ expirationDate }) => Date.parse(expirationDate));
  if (times.length === 0 || times.some(Number.isNaN))
    throw new Error("kubeadm did not tell when the certificates end");
  return new Date(Math.min(...times));
}

/** Whole days that a certificate lives. */
export function lifeOf(certificate: string): number {
  const { validFrom, validTo } = new X509Certificate(certificate);
  return Math.round((Date.parse(validTo) - Date.parse(validFrom)) / 86_400_000);
}

const marker = "-----end of answer-----";

export async function readExpiry(connection: Connection): Promise<Expiry> {
  const answer = await connection.must(
    "asking when its certificates end",
    `kubeadm certs check-expiration --output json 2>/dev/null
echo "${marker}"
cat ${pkiFolder}/apiserver.crt`,
  );
  const [expirations = "", certificate = ""] = answer.split(marker);
  return {
    certificateExpires: firstExpiry(expirations).toISOString(),
    certificateDays: Math.max(1, lifeOf(certificate.trim())),
  };
}

const components = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;
/** On a static pod: a changed one is a pod that the kubelet starts anew. */
const renewedAnnotation = "slipway/certificates-renewed";

interface Manifest {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

/** The manifest of a static pod that the kubelet starts anew. */
export function restartedManifest(text: string, time: string): string {
  const manifest = parseYaml(text) as Manifest;
  return yamlText({
    ...manifest,
    metadata: {
      ...manifest.metadata,
      annotations: { ...manifest.metadata.annotations, [renewedAnnotation]: time },
    },
  });
}

/** Renews a control plane's certificates, and starts anew what has them in memory, one part after the other. Under the lock. */
export async function renewCertificates(
  context: Context,
  cluster: ControlPlanes,
  connection: Connection,
  nodeName: string,
  signal: AbortSignal,
): Promise<void> {
  context.log.status(`renewing the certificates of ${connection.machine}`);
  await runKubeadm(connection, {
    step: "renewing its certificates",
    command: 'kubeadm certs renew all --config "$config"',
    // Their lifetime is the cluster's own.
    config: await cluster.call(storedText),
  });
  const time = new Date().toISOString();
  for (const name of components) {
    signal.throwIfAborted();
    const file = `${manifestsFolder}/${name}.yaml`;
    const text = await connection.must(`reading ${file}`, `cat ${file}`);
    // Not written beside it: the kubelet would take the temporary file for another pod.
    const temporary = `${ownFolder}/${name}.yaml`;
    await connection.writeFile(temporary, restartedManifest(text, time), 0o600);
    await connection.must(`restarting ${name}`, `mv -f ${quote(temporary)} ${quote(file)}`);
    await readyAgain(cluster, nodeName, connection.machine, signal);
  }
}
