#!/bin/bash
# Builds the root file system of the lab's template for Kubernetes: the standard one, with containerd and the packages of
# a Kubernetes release installed.
#
#   unshare --mount --pid --fork --kill-child build.sh WORK-FOLDER TARGET.tar STANDARD PACKAGES
#
# STANDARD is the root file system of the standard template, which stays as it is; PACKAGES a folder with .debs.
# Mounts and processes end with the namespaces, however the build ends.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$1 target=$2 standard=$3 packages=$4
root=$work/root
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin

step() { echo "image for kubernetes: $*"; }
logged() { "$@" >>"$work/build.log" 2>&1 || { tail -n 12 "$work/build.log" >&2; exit 1; }; }
inside() { logged chroot "$root" "$@"; }

mkdir -p "$root" "$work/changes" "$work/scratch"
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$standard,upperdir=$work/changes,workdir=$work/scratch" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
# What is only here for the build is on other file systems than the template: it goes without a trace.
mkdir "$root/run/packages" "$root/run/lists" "$root/run/archives"
cp "$packages"/*.deb "$root/run/packages/"
cp /etc/resolv.conf "$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
options=(-o Dir::State::Lists=/run/lists -o Dir::Cache::Archives=/run/archives -o APT::Keep-Downloaded-Packages=0)

step "packages"
inside apt-get "${options[@]}" update -q
# shellcheck disable=SC2046 # a list of words is what is wanted
inside apt-get "${options[@]}" install -q -y $(grep -v '^#' "$here/packages.txt") $(cd "$root" && ls run/packages/*.deb | sed 's#^#/#')
# Their versions are the cluster's affair.
inside apt-mark hold kubelet kubeadm kubectl

step "configuration"
cp -r "$here/files/." "$root/"
inside systemctl enable lab-kernel.service
inside systemctl disable keepalived.service kubelet.service
rm -f "$root/etc/containerd/config.toml"
# The standard template's packages on board are Docker's.
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*

rm -rf "$root"/usr/sbin/policy-rc.d "$root"/etc/resolv.conf "$root"/var/cache/apt/*.bin "$root"/var/cache/debconf/*-old \
  "$root"/var/log/* "$root"/tmp/* "$root"/usr/share/doc/* "$root"/usr/share/man/*
: >"$root/etc/machine-id"

step "tar"
umount "$root/run" "$root/proc"
tar -C "$root" --numeric-owner --sort=name -cf "$target" .
step "$(du -m "$target" | cut -f1) MiB"
