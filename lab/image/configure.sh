# Sourced by build.sh: turns an installed system into a template. Uses $root and inside.

# The capability shim stands where Debian's runc goes; dpkg puts that one beside it when Docker is installed.
mv "$root/usr/sbin/runc" "$root/usr/sbin/runc.shim"
inside dpkg-divert --local --no-rename --divert /usr/sbin/runc.distrib --add /usr/sbin/runc
mv "$root/usr/sbin/runc.shim" "$root/usr/sbin/runc"

# A container has no DMI tables: cloud-init reads the VM's UUID where lab-guest puts it.
source=$root/usr/lib/python3/dist-packages/cloudinit/sources/DataSourceVMware.py
grep -q '"/sys/class/dmi/id/product_uuid"' "$source"
sed -i 's#"/sys/class/dmi/id/product_uuid"#"/run/lab-guest/product_uuid"#' "$source"
inside python3 -m compileall -q /usr/lib/python3/dist-packages/cloudinit /usr/lib/python3.11

inside systemctl enable lab-guest-init.service vmtoolsd.service ssh.service
# What a container has no use for, and what works in the background of a machine that lives for minutes.
inside systemctl mask \
  systemd-udevd.service systemd-udevd-control.socket systemd-udevd-kernel.socket systemd-udev-trigger.service \
  systemd-modules-load.service systemd-random-seed.service systemd-remount-fs.service \
  systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-machine-id-commit.service \
  systemd-pstore.service systemd-binfmt.service systemd-firstboot.service systemd-sysusers.service \
  systemd-journal-flush.service systemd-journal-catalog-update.service systemd-tmpfiles-setup-dev.service \
  systemd-hwdb-update.service systemd-boot-system-token.service systemd-network-generator.service \
  sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount sys-fs-fuse-connections.mount \
  dev-hugepages.mount dev-mqueue.mount proc-sys-fs-binfmt_misc.automount \
  getty.target console-getty.service getty-static.service getty@tty1.service \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
  fstrim.timer systemd-tmpfiles-clean.timer modprobe@.service ifupdown-pre.service cloud-init-hotplugd.socket \
  systemd-ask-password-console.path systemd-ask-password-wall.path

# Nobody sits at a machine: logind starts when somebody asks for it (reboot does), not at boot.
rm "$root/usr/lib/systemd/system/multi-user.target.wants/systemd-logind.service"

# Kernel settings that are not the network's are shared with the host, and none of a machine's business.
rm -f "$root"/usr/lib/sysctl.d/*.conf "$root"/etc/sysctl.d/*.conf "$root"/etc/sysctl.conf
mkdir -p "$root/etc/sysctl.d"

# Only the packages that are on board stay in apt's lists: reading the whole archive's takes longer than installing.
# `apt-get update` brings the rest.
for list in "$root"/var/lib/apt/lists/*_Packages*; do
  "$here/keep-packages" "$root" "$list"
done
logged "$here/repack" "$root"
rm -rf "$root"/var/lib/apt/lists/*Translation* "$root"/var/lib/apt/lists/*dep11* "$root"/var/cache/apt/*.bin

# Each machine makes its own identity and host keys.
rm -rf "$root"/etc/ssh/ssh_host_* "$root"/etc/hostname "$root"/var/lib/dbus/machine-id "$root"/var/lib/cloud
: >"$root/etc/machine-id"
rm -f "$root/usr/sbin/policy-rc.d" "$root/etc/resolv.conf"
rm -rf "$root"/usr/share/doc/* "$root"/usr/share/man/* "$root"/usr/share/info/* "$root"/usr/share/locale/* \
  "$root"/var/log/* "$root"/tmp/* "$root"/var/cache/debconf/*-old "$root"/debootstrap "$root"/usr/lib/udev/hwdb.* "$root"/etc/udev/hwdb.bin
mkdir -p "$root/var/log/journal"
rmdir "$root/var/log/journal"
