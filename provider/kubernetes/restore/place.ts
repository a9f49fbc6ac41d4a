import type { Connection } from "../../transport/types";
import { quote } from "../../transport/shell";
import {
  encryptionFile,
  etcdData,
  kubeletConfig,
  manifestsFolder,
  ownFolder,
  pkiFolder,
  restoringFile,
  unfinishedMark,
} from "../paths";
import type { Restoring } from "./restoring";

/** Where a snapshot is sent to, for root only. */
export const sentSnapshot = "/var/lib/slipway/restore/snapshot.tar";

/** How long etcd's data may take to be made from a snapshot, its image included, seconds. */
const limit = 1800;

export interface Place {
  readonly nodeName: string;
  readonly address: string;
  /** Three numbers. */
  readonly version: string;
  readonly images: string;
}

/**
 * Puts the snapshot that was sent where `kubeadm init` takes it up: authorities, the key of encrypted secrets, and etcd's
 * data as that of a cluster of one member. First the host is marked as one on which that was begun, with the snapshot's
 * origin from standard input; last, as one on which an initialisation was begun, which is to go on with what is there.
 * Refuses a host that has a cluster. Revisions go far beyond those that anybody has seen, and farther with each later restore,
 * as long as a cluster writes less than a thousand times a second: nobody may take the older state for a newer one.
 */
export function placeScript({ nodeName, address, version, images }: Place): string {
  const peer = `https://${address}:2380`;
  return `for path in ${kubeletConfig} ${manifestsFolder}/etcd.yaml ${etcdData}/member; do
  [ ! -e "$path" ] || { echo "there is a cluster on this host ($path): a snapshot is restored on a machine that is in none; take it out with kubeadm reset, or replace it" >&2; exit 1; }
done
umask 077
install -d -m 755 ${ownFolder}
cat >${restoringFile}.part
mv ${restoringFile}.part ${restoringFile}
echo restore >${unfinishedMark}
sync
install -d -m 700 ${etcdData}
work=$(mktemp -d /var/lib/slipway/restore.XXXXXX)
trap 'rm -rf "$work"' EXIT
tar -C "$work" -xf ${sentSnapshot}
[ -s "$work/etcd.db" ] && [ -s "$work/pki/ca.key" ] || { echo "this is no snapshot of Slipway: etcd.db or pki/ca.key is missing in it" >&2; exit 1; }
image=$(kubeadm config images list --kubernetes-version ${quote(`v${version}`)} --image-repository ${quote(images)} | grep '/etcd:')
ctr --namespace k8s.io images pull --hosts-dir /etc/containerd/certs.d "$image" >/dev/null
ctr --namespace k8s.io run --rm --mount "type=bind,src=$work,dst=/restore,options=rbind:rw" "$image" "slipway-restore-$$" \\
  etcdutl snapshot restore /restore/etcd.db --data-dir /restore/data \\
  --name ${quote(nodeName)} --initial-cluster ${quote(`${nodeName}=${peer}`)} --initial-advertise-peer-urls ${quote(peer)} \\
  --bump-revision "$(date +%s)000" --mark-compacted >&2
install -d -m 755 ${pkiFolder} ${pkiFolder}/etcd
(cd "$work/pki" && find . -type f) | while read -r file; do install -m 600 "$work/pki/$file" "${pkiFolder}/$file"; done
if [ -e "$work/encryption.yaml" ]; then install -m 600 "$work/encryption.yaml" ${encryptionFile}; fi
mv "$work/data/member" ${etcdData}/member
sync
echo init >${unfinishedMark}.part
mv ${unfinishedMark}.part ${unfinishedMark}
rm -f ${sentSnapshot}`;
}

/** Puts the snapshot in its place on a host that is in no cluster. */
export async function putInPlace(
  connection: Connection,
  place: Place,
  restoring: Restoring,
): Promise<void> {
  await connection.must("putting the snapshot in its place", placeScript(place), {
    input: JSON.stringify(restoring),
    timeoutSeconds: limit,
  });
}

/** The cluster is back: a control plane that is lost from now on is lost anew. */
export const broughtBackScript = `rm -f ${restoringFile}`;
