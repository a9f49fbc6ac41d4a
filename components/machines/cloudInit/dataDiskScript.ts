/**
 * Shell script that puts `/var/lib/docker` on the data disk: the disk at unit 1 of the first SCSI controller. It is
 * found by its place on the bus, as the kernel may swap `sda` and `sdb` from boot to boot; a disk that has a file
 * system keeps it.
 */
export const dataDiskScript = `set -eu
grep -q '^LABEL=docker-data ' /etc/fstab && exit 0
disk=$(ls /dev/disk/by-path/*-scsi-0:0:1:0 2>/dev/null | head -n 1)
if [ -z "$disk" ]; then
  echo "slipway: this machine has no data disk at SCSI 0:1; /var/lib/docker stays on the system disk" >&2
  exit 1
fi
[ -n "$(blkid -o value -s TYPE "$disk")" ] || mkfs.ext4 -q -L docker-data "$disk"
mkdir -p /var/lib/docker
echo 'LABEL=docker-data /var/lib/docker ext4 defaults,nofail,x-systemd.before=docker.service 0 2' >>/etc/fstab
systemctl daemon-reload
mount /var/lib/docker
`;
