import type { Connection } from "../transport/types";
import { kubeadmSkew } from "./versions";

/** Version of kubeadm on the host, without `v`. */
export async function kubeadmVersion(connection: Connection): Promise<string> {
  const text = await connection.must(
    "asking for kubeadm's version",
    "kubeadm version --output=short",
  );
  return text.trim().replace(/^v/, "");
}

/** @throws where the host's kubeadm is not of the version that nodes are to have. */
export async function requireKubeadm(connection: Connection, version: string): Promise<void> {
  const objection = kubeadmSkew(await kubeadmVersion(connection), version);
  if (objection !== undefined) throw new Error(`${connection.machine}: ${objection}`);
}
