import type { KubeletReservations, SnapshotSchedule } from "../sdk/kubernetesShapes";
import type { Connection } from "../transport/types";
import {
  enableTimerScript,
  serviceFile,
  snapshotProgram,
  snapshotScript,
  snapshotService,
  snapshotTimer,
  timerFile,
} from "./etcd/snapshots";
import { auditPolicy } from "./kubeadm/auditPolicy";
import { kubeletPatch } from "./kubeadm/kubelet";
import { yamlText } from "./kubeadm/yaml";
import type { NodeFacts } from "./nodeFacts";
import { auditPolicyFile, encryptionFile, ownFolder, patchesFolder } from "./paths";

const patchFile = `${patchesFolder}/kubeletconfiguration.yaml`;

/** What is particular to this node's kubelet. Answers whether it differs from what was there. */
export function writeKubeletPatch(
  connection: Connection,
  reservations: KubeletReservations,
  facts: NodeFacts,
): Promise<boolean> {
  return connection.writeFile(patchFile, yamlText(kubeletPatch(reservations, facts)), 0o644);
}

/** What an API server is started with. */
export async function writeAuditPolicy(connection: Connection): Promise<void> {
  await connection.writeFile(auditPolicyFile, yamlText(auditPolicy), 0o644);
}

/** Brings the key that secrets are encrypted with from one control plane to another: over SSH, and nowhere else. */
export async function copyEncryptionKey(
  from: Connection,
  to: Connection,
  conceal: (secret: string) => void,
): Promise<void> {
  const text = await from.must("reading the key of encrypted secrets", `cat ${encryptionFile}`);
  for (const [, key] of text.matchAll(/secret:\s*([A-Za-z0-9+/=]{20,})/g))
    if (key !== undefined) conceal(key);
  await to.must("making Slipway's folder", `install -d -m 755 ${ownFolder}`);
  await to.writeFile(encryptionFile, text, 0o600);
}

/** Sets up snapshots of etcd at their times. */
export async function writeSnapshots(
  connection: Connection,
  snapshots: SnapshotSchedule,
): Promise<void> {
  const changed = [
    await connection.writeFile(snapshotProgram, snapshotScript(snapshots.keep), 0o755),
    await connection.writeFile(serviceFile, snapshotService, 0o644),
    await connection.writeFile(timerFile, snapshotTimer(snapshots), 0o644),
  ];
  const active = await connection.run("systemctl is-active --quiet slipway-etcd-snapshot.timer");
  if (active.code === 0 && !changed.includes(true)) return;
  await connection.must("setting up snapshots of etcd", enableTimerScript(snapshots));
}
