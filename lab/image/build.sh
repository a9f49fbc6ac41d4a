#!/bin/bash
# Builds the root file system of the lab's standard template: Debian with systemd, sshd and cloud-init, and Docker's
# packages downloaded but not installed.
#
#   unshare --mount --pid --fork --kill-child build.sh WORK-FOLDER TARGET.tar TOOLS GUEST-BINARY
#
# TOOLS is a folder with the packages debootstrap and debian-archive-keyring unpacked in it.
#
# Mounts and processes end with the namespaces, however the build ends. Mirrors and keys are those of apt's own
# configuration on this machine.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$1 target=$2 tools=$3 guest=$4
suite=bookworm
root=$work/root
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin

step() { echo "image: $*"; }
logged() { "$@" >>"$work/build.log" 2>&1 || { tail -n 12 "$work/build.log" >&2; exit 1; }; }
inside() { logged chroot "$root" "$@"; }

mkdir -p "$root"
mount --make-rprivate /

# Address, codename and component of each repository that apt here takes the suite from.
repositories=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME) $(COMPONENT)' 'Created-By: Packages' |
  awk -v s="$suite" '$2 == s || $2 == s"-updates" || $2 == s"-security"' | sort -u)
mirror=$(awk -v s="$suite" '$2 == s { print $1; exit }' <<<"$repositories")
if [ -z "$mirror" ]; then
  echo "image: apt on this machine knows no repository of Debian $suite; add one to /etc/apt/sources.list.d and run apt-get update" >&2
  exit 1
fi
keyring=$tools/usr/share/keyrings/debian-archive-keyring.gpg

step "base system from $mirror"
DEBOOTSTRAP_DIR=$tools/usr/share/debootstrap logged "$tools/usr/sbin/debootstrap" \
  --variant=minbase --foreign --keyring="$keyring" "$suite" "$root" "$mirror"
cp -r "$here/files/etc/dpkg" "$here/files/etc/apt" "$root/etc/"
inside /debootstrap/debootstrap --second-stage

mount -t proc proc "$root/proc"
mount -t tmpfs tmpfs "$root/run"
cp /etc/resolv.conf "$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
rm -f "$root/etc/apt/sources.list"
# The image has Debian's own keys; a mirror may sign with others.
for keys in /etc/apt/trusted.gpg.d /etc/apt/keyrings; do
  [ ! -d "$keys" ] || cp -r "$keys" "$root/etc/apt/"
done
sed 's/^/deb /' <<<"$repositories" >"$root/etc/apt/sources.list"
# Proxies and the like, unless they point at this machine itself.
apt-config dump | grep -E '^Acquire::(http|https)::' | grep -vE '127\.0\.0\.1|localhost' >"$root/etc/apt/apt.conf.d/80host" || true

step "packages"
inside apt-get update -q
# shellcheck disable=SC2046 # a list of words is what is wanted
inside apt-get install -q -y $(grep -v '^#' "$here/packages.txt")
rm -f "$root"/var/cache/apt/archives/*.deb

step "Docker's packages, for Slipway to install"
inside apt-get install -q -y --download-only docker.io

step "configuration"
cp -r "$here/files/." "$root/"
install -m 755 "$guest" "$root/usr/sbin/lab-guest"
ln -sf ../sbin/lab-guest "$root/usr/bin/vmtoolsd"
ln -sf ../sbin/lab-guest "$root/usr/bin/vmware-rpctool"
. "$here/configure.sh"

step "tar"
umount "$root/run" "$root/proc"
tar -C "$root" --numeric-owner --sort=name -cf "$target" .
step "$(du -m "$target" | cut -f1) MiB"
