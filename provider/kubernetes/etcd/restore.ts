import { quote } from "../../transport/shell";
import {
  encryptionFile,
  etcdData,
  kubeletConfig,
  manifestsFolder,
  ownFolder,
  pkiFolder,
  unfinishedMark,
} from "../paths";
import { snapshotFolder, snapshotProgram } from "./snapshots";

/** Saves a snapshot now; prints the name of its file. */
export const snapshotNowScript = `[ -x ${snapshotProgram} ] || { echo "snapshots are not set up on this host: run pulumi up" >&2; exit 1; }
${snapshotProgram}`;

/** Prints a snapshot: as secret as the cluster's authorities, which it holds. */
export function readSnapshotScript(name: string): string {
  return `cat ${snapshotFolder}/${quote(name)}`;
}

/** Prints the names of a host's snapshots, oldest first. */
export const listSnapshotsScript = `ls -1 ${snapshotFolder} 2>/dev/null | grep '^snapshot-.*[.]tar$' | sort || true`;

export interface Restore {
  readonly nodeName: string;
  readonly address: string;
  /** Three numbers. */
  readonly version: string;
  readonly images: string;
}

/**
 * Puts a snapshot, sent by standard input, where `kubeadm init` takes it up: authorities, the key of encrypted secrets,
 * and etcd's data as that of a cluster of one member. It ends by marking the host as one on which an initialisation was
 * begun, so that the next `pulumi up` goes on with it. Refuses a host that has a cluster. Revisions go far beyond those
 * that anybody has seen: nobody may take the older state for a newer one.
 */
export function restoreScript({ nodeName, address, version, images }: Restore): string {
  const peer = `https://${address}:2380`;
  return `for path in ${kubeletConfig} ${manifestsFolder}/etcd.yaml ${etcdData}/member; do
  [ ! -e "$path" ] || { echo "there is a cluster on this host ($path): a snapshot is restored on a machine that is in none; take it out with kubeadm reset, or replace it" >&2; exit 1; }
done
umask 077
install -d -m 700 /var/lib/slipway ${etcdData}
work=$(mktemp -d /var/lib/slipway/restore.XXXXXX)
trap 'rm -rf "$work"' EXIT
tar -C "$work" -xf -
[ -s "$work/etcd.db" ] && [ -s "$work/pki/ca.key" ] || { echo "this is no snapshot of Slipway: etcd.db or pki/ca.key is missing in it" >&2; exit 1; }
image=$(kubeadm config images list --kubernetes-version ${quote(`v${version}`)} --image-repository ${quote(images)} | grep '/etcd:')
ctr --namespace k8s.io images pull --hosts-dir /etc/containerd/certs.d "$image" >/dev/null
ctr --namespace k8s.io run --rm --mount "type=bind,src=$work,dst=/restore,options=rbind:rw" "$image" "slipway-restore-$$" \\
  etcdutl snapshot restore /restore/etcd.db --data-dir /restore/data \\
  --name ${quote(nodeName)} --initial-cluster ${quote(`${nodeName}=${peer}`)} --initial-advertise-peer-urls ${quote(peer)} \\
  --bump-revision 1000000000 --mark-compacted >&2
install -d -m 755 ${pkiFolder} ${pkiFolder}/etcd ${ownFolder}
(cd "$work/pki" && find . -type f) | while read -r file; do install -m 600 "$work/pki/$file" "${pkiFolder}/$file"; done
if [ -e "$work/encryption.yaml" ]; then install -m 600 "$work/encryption.yaml" ${encryptionFile}; fi
mv "$work/data/member" ${etcdData}/member
sync
echo init >${unfinishedMark}`;
}
