import type { Connection } from "../../transport/types";
import { etcdData, kubernetesFolder, ownFolder } from "../paths";
import { kubeadmScript } from "./run";

/**
 * Takes everything of a cluster off the host. Beyond `kubeadm reset`: the pods' network as containerd wrote it for the
 * range that the node had (a stale one would give addresses of another node), and Slipway's own files.
 */
export const resetScript = `systemctl disable --quiet --now slipway-etcd-snapshot.timer 2>/dev/null || true
if [ -e /etc/keepalived/slipway-check-api ]; then
  systemctl disable --quiet --now keepalived.service || true
  rm -f /etc/keepalived/keepalived.conf /etc/keepalived/slipway-check-api
fi
rm -f /etc/systemd/system/slipway-etcd-snapshot.timer /etc/systemd/system/slipway-etcd-snapshot.service
${kubeadmScript({ command: "kubeadm reset --force --cleanup-tmp-dir", mark: "reset" })}
rm -rf ${etcdData}/member
rm -f ${kubernetesFolder}/*.conf
rm -f /etc/cni/net.d/10-containerd-net.conflist /etc/cni/net.d/10-flannel.conflist
rm -rf /run/cni-ipam-state /run/flannel /var/lib/cni
for link in cni0 flannel.1; do ip link delete "$link" 2>/dev/null || true; done
rm -rf ${ownFolder}
`;

export async function resetHost(connection: Connection): Promise<void> {
  await connection.must("taking the host out of the cluster", resetScript, { timeoutSeconds: 600 });
}
