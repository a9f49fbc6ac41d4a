import { versionStep } from "../../../provider/kubernetes/versions";
import type { RecordedCluster } from "../cluster";
import type { SnapshotFile } from "./snapshotFile";

export interface Wish {
  /** `kubernetes.version` of `cluster.yml`. */
  readonly version: string;
}

/**
 * Why a snapshot must not be brought back as this cluster: every reason, with what to do.
 * Sources: an API server reads what its own or the minor version before it has written; etcd's data has no way back.
 */
export function misfits(
  { restoring, caCertificate, hasEncryptionKey }: Omit<SnapshotFile, "path" | "bytes">,
  recorded: RecordedCluster,
  { version }: Wish,
): readonly string[] {
  if (restoring.cluster !== recorded.clusterId)
    return [
      `it is of another cluster: of ${restoring.cluster}, taken on ${restoring.node}, and not of ${recorded.clusterId}`,
    ];
  const problems: string[] = [];
  if (caCertificate.trim() !== recorded.caCertificate.trim())
    problems.push(
      "its authority is not the one that the nodes and the Pulumi stack know: it was taken before the authority was renewed; take a newer one",
    );
  const step = versionStep(restoring.version, recorded.inputs.version);
  if (step !== undefined)
    problems.push(
      `it was written by Kubernetes ${restoring.version}, and the cluster has ${recorded.inputs.version}: ${step}`,
    );
  if (version !== recorded.inputs.version)
    problems.push(
      `cluster.yml wants Kubernetes ${version}, and the cluster had ${recorded.inputs.version}: write that until it is back, and upgrade then`,
    );
  if (recorded.inputs.encryptSecrets && !hasEncryptionKey)
    problems.push(
      "the key that the cluster's secrets are encrypted with is missing in it: nobody could read them",
    );
  return problems;
}
