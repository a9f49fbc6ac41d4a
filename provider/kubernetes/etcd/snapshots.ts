import type { SnapshotSchedule } from "../../sdk/kubernetesShapes";
import { quote } from "../../transport/shell";
import { kubectlCommand } from "../api/kubectl";
import { encryptionFile, etcdData, pkiFolder } from "../paths";
import { originFile } from "../restore/restoring";
import { etcdctl } from "./members";

/** Where a control plane keeps its snapshots, for root only. */
export const snapshotFolder = "/var/lib/slipway/etcd-snapshots";
export const snapshotProgram = "/usr/local/sbin/slipway-etcd-snapshot";
export const serviceFile = "/etc/systemd/system/slipway-etcd-snapshot.service";
export const timerFile = "/etc/systemd/system/slipway-etcd-snapshot.timer";

/** Where node-exporter, if there is one, finds what was done on the machine: everybody may read it. */
const metricsFolder = "/var/lib/slipway/metrics";

/** Name of the files: `snapshot-20260301T060000Z.tar`. */
export const snapshotForm = /^snapshot-\d{8}T\d{6}Z\.tar$/;

/** What a cluster can't be brought back without, beside etcd's data: without its authority nobody would know it again. */
const keys = [
  "ca.crt",
  "ca.key",
  "sa.key",
  "sa.pub",
  "front-proxy-ca.crt",
  "front-proxy-ca.key",
  "etcd/ca.crt",
  "etcd/ca.key",
];

/**
 * The program that saves one snapshot, checks it, and removes old ones. A snapshot is a tar of etcd's data, of the
 * cluster's authorities and of the key that secrets are encrypted with: all that a restore needs, and as secret as that.
 * Whose it is and of when stands in it, too: that of another cluster must never be taken for this one's.
 */
export function snapshotScript(keep: number): string {
  const inEtcd = `${etcdData}/slipway-snapshot.db`;
  const exec = (command: readonly string[]) =>
    kubectlCommand([
      "exec",
      "--namespace=kube-system",
      "--request-timeout=0",
      "POD",
      "--",
      ...command,
    ]).replace(" POD ", ' "etcd-$node" ');
  const clusterId = kubectlCommand([
    "get",
    "namespace",
    "kube-system",
    "--output=jsonpath={.metadata.uid}",
  ]);
  return `#!/bin/sh
# Written by Slipway; changes are overwritten.
set -eu
umask 077
node=$(uname -n | tr '[:upper:]' '[:lower:]')
install -d -m 700 ${snapshotFolder}
exec 8>/run/slipway-etcd-snapshot.lock
flock -w 300 8
work=$(mktemp -d ${snapshotFolder}/.work.XXXXXX)
trap 'rm -rf "$work" ${inEtcd} ${inEtcd}.part' EXIT
rm -f ${inEtcd} ${inEtcd}.part
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
${exec([...etcdctl, "snapshot", "save", inEtcd])} >/dev/null
content=$(${exec(["etcdutl", "snapshot", "status", inEtcd, "--write-out=json"])})
case $content in *'"totalKey":'[1-9]*) ;; *) echo "the snapshot has no content: $content" >&2; exit 1 ;; esac
mv ${inEtcd} "$work/etcd.db"
cluster=$(${clusterId})
version=$(${kubectlCommand(["get", "--raw=/version"])} | sed -n 's/^ *"gitVersion": *"v\\([0-9.]*\\).*/\\1/p')
[ -n "$cluster" ] && [ -n "$version" ] || { echo "the API server did not tell its cluster and version" >&2; exit 1; }
printf '{"cluster":"%s","version":"%s","node":"%s","taken":"%s","etcd":%s}\\n' "$cluster" "$version" "$node" "$now" "$content" >"$work/${originFile}"
for key in ${keys.join(" ")}; do install -D -m 600 "${pkiFolder}/$key" "$work/pki/$key"; done
parts="${originFile} pki etcd.db"
if [ -e ${encryptionFile} ]; then
  install -m 600 ${encryptionFile} "$work/encryption.yaml"
  parts="$parts encryption.yaml"
fi
name=snapshot-$(echo "$now" | tr -d ':-').tar
tar -C "$work" -cf "$work.tar" $parts
sync "$work.tar"
mv "$work.tar" "${snapshotFolder}/$name"
ls -1 ${snapshotFolder} | grep '^snapshot-.*[.]tar$' | sort -r | tail -n +${keep + 1} | while read -r old; do
  rm -f "${snapshotFolder}/$old"
done
install -d -m 755 ${metricsFolder}
printf 'slipway_backup_last_success_timestamp_seconds{backup="etcd"} %s\\n' "$(date +%s)" >${metricsFolder}/.etcd-snapshot
chmod 644 ${metricsFolder}/.etcd-snapshot
mv ${metricsFolder}/.etcd-snapshot ${metricsFolder}/etcd-snapshot.prom
find ${snapshotFolder} -maxdepth 1 -name '.work.*' -mmin +60 -exec rm -rf {} +
echo "$name"
`;
}

export const snapshotService = `# Written by Slipway; changes are overwritten.
[Unit]
Description=Snapshot of etcd
ConditionPathExists=/etc/kubernetes/manifests/etcd.yaml

[Service]
Type=oneshot
ExecStart=${snapshotProgram}
TimeoutStartSec=10min
Nice=10
IOSchedulingClass=idle
`;

export function snapshotTimer({ schedule }: SnapshotSchedule): string {
  return `# Written by Slipway; changes are overwritten.
[Unit]
Description=Snapshots of etcd

[Timer]
OnCalendar=${schedule}
RandomizedDelaySec=2min
Persistent=true

[Install]
WantedBy=timers.target
`;
}

/** Makes systemd know the units that were written, and wait for the next time. A schedule that it can't read is an error. */
export function enableTimerScript({ schedule }: SnapshotSchedule): string {
  return `systemd-analyze calendar ${quote(schedule)} >/dev/null || { echo "systemd can't read the schedule of snapshots" >&2; exit 1; }
systemctl daemon-reload
systemctl enable --quiet slipway-etcd-snapshot.timer
systemctl restart slipway-etcd-snapshot.timer`;
}
