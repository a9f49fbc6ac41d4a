import { createHash, randomBytes, X509Certificate } from "node:crypto";
import type { Context } from "../../server/handler";
import type { Connection } from "../../transport/types";
import type { ControlPlane } from "../controlPlanes";
import { uploadConfig, type Admission } from "../kubeadm/configs";
import { runKubeadm } from "../kubeadm/run";
import { adminConfig } from "../paths";

/** How long a token lives at most; it is taken back as soon as the join is over. */
const tokenLife = "10m";

/** `sha256:…` of the public key in a certificate, as kubeadm pins it. */
export function authorityHash(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" });
  return `sha256:${createHash("sha256").update(key).digest("hex")}`;
}

/**
 * Lets one host in while `work` runs: a token, and for a control plane the key under which the certificates lie in the
 * cluster. Both are made now, known to this process and the two hosts only, and taken back afterwards.
 */
export async function withAdmission<T>(
  context: Context,
  via: ControlPlane,
  options: {
    readonly endpoint: string;
    readonly caCertificate: string;
    readonly version: string;
    readonly asControlPlane: boolean;
  },
  work: (admission: Admission) => Promise<T>,
): Promise<T> {
  const { connection } = via;
  const token = (
    await connection.must(
      "making a join token",
      `kubeadm token create --ttl ${tokenLife} --kubeconfig ${adminConfig} 2>/dev/null`,
    )
  ).trim();
  if (!/^[a-z0-9]{6}\.[a-z0-9]{16}$/.test(token))
    throw new Error(`${connection.machine}: kubeadm made no join token`);
  context.conceal(token);
  try {
    const { endpoint, caCertificate, version, asControlPlane } = options;
    const certificateKey = asControlPlane
      ? await uploadCertificates(context, connection, version)
      : undefined;
    return await work({
      token,
      endpoint,
      authorityHash: authorityHash(caCertificate),
      ...(certificateKey !== undefined && { certificateKey }),
    });
  } finally {
    await takeBack(connection, token, options.asControlPlane);
  }
}

async function uploadCertificates(
  context: Context,
  connection: Connection,
  version: string,
): Promise<string> {
  const key = randomBytes(32).toString("hex");
  context.conceal(key);
  await runKubeadm(connection, {
    step: "putting the certificates where a control plane finds them",
    command:
      'kubeadm init phase upload-certs --upload-certs --skip-certificate-key-print --config "$config"',
    config: uploadConfig(version, key),
  });
  return key;
}

/** Both end by themselves within minutes, if this does not get through. The first half of a token is its name, no secret. */
async function takeBack(
  connection: Connection,
  token: string,
  asControlPlane: boolean,
): Promise<void> {
  await connection
    .run(
      `kubeadm token delete --kubeconfig ${adminConfig} ${token.slice(0, 6)} >/dev/null 2>&1
${asControlPlane ? `kubectl --kubeconfig ${adminConfig} --server https://127.0.0.1:6443 --namespace kube-system delete secret kubeadm-certs --ignore-not-found >/dev/null 2>&1` : ""}`,
    )
    .catch(() => undefined);
}
