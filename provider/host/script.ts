/**
 * One script gathers all facts of a host, so that a host costs one round trip. It prints `name=value` lines,
 * changes nothing that lasts, and answers `unknown` where it could not ask: never "no".
 *
 * How kernel features are found out:
 * - `vxlan`, `esp`: by doing for a moment what the engine will do (a vxlan link; a security association with
 *   the algorithm of libnetwork's overlay encryption). Module lists do not tell: built-in code may be missing in
 *   them, and a kernel may take an association's algorithm but lack ESP itself.
 * - `ipvs`: the engine loads `ip_vs` by itself, so it must be loaded (`/proc/net/ip_vs`), loadable (`modprobe -n`,
 *   which knows built-in code by `modules.builtin`) or built in (kernel configuration).
 * - `overlayfs`: registered (`/proc/filesystems`) or loadable. `ipset`: loaded or built in (`/sys/module/ip_set`), or
 *   loadable.
 */
export const factsScript = String.raw`
say() { printf '%s=%s\n' "$1" "$2"; }
now() { date +%s.%N; }
say clock.start "$(now)"

# A machine that was just cloned is asked when cloud-init has done its work.
if [ -d /run/cloud-init ] && [ ! -e /run/cloud-init/disabled ]; then
  waited=0
  while [ ! -e /run/cloud-init/result.json ] && [ "$waited" -lt 360 ]; do
    sleep 0.5
    waited=$((waited + 1))
  done
  if [ -e /run/cloud-init/result.json ]; then
    say cloudInit "$(tr -d '\n' </run/cloud-init/result.json)"
  else
    say cloudInit unfinished
  fi
fi

ID= VERSION_ID= PRETTY_NAME=
. /etc/os-release
say os.id "$ID"
say os.versionId "$VERSION_ID"
say os.prettyName "$PRETTY_NAME"
say hostname "$(uname -n)"
say machineId "$(cat /etc/machine-id 2>/dev/null)"
say kernel "$(uname -r)"
say architecture "$(uname -m)"

say cpus.online "$(nproc)"
if [ -r /sys/fs/cgroup/cpu.max ]; then
  say cpus.quota "$(cat /sys/fs/cgroup/cpu.max)"
elif [ -r /sys/fs/cgroup/cpu/cpu.cfs_quota_us ]; then
  say cpus.quota "$(cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us) $(cat /sys/fs/cgroup/cpu/cpu.cfs_period_us)"
fi
say memory.totalKiB "$(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo)"
say swap.totalKiB "$(sed -n 's/^SwapTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo)"
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then say cgroup 2; else say cgroup 1; fi
for limit in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
  if [ -r "$limit" ]; then say memory.limit "$(cat "$limit")"; fi
done
say disk.freeKiB "$(df -Pk /var/lib | { read -r _; read -r _ _ _ free _; echo "$free"; })"

loadable() { command -v modprobe >/dev/null && modprobe -n -q "$1"; }
configured() { # built into the kernel: y, as module or not: n, no configuration to look at: unknown
  if [ -r /proc/config.gz ]; then settings=$(gzip -dc /proc/config.gz 2>/dev/null)
  elif [ -r "/boot/config-$(uname -r)" ]; then settings=$(cat "/boot/config-$(uname -r)")
  else echo unknown; return; fi
  if printf '%s\n' "$settings" | grep -q "^$1=y$"; then echo y; else echo n; fi
}
answer() { # feature, kernel setting: for what is neither loaded nor loadable
  case $(configured "$2") in y) say "feature.$1" yes ;; n) say "feature.$1" no ;; *) say "feature.$1" "$3" ;; esac
}
if [ -e /proc/net/ip_vs ] || loadable ip_vs; then say feature.ipvs yes
elif [ -d "/lib/modules/$(uname -r)" ]; then answer ipvs CONFIG_IP_VS no
else answer ipvs CONFIG_IP_VS unknown; fi
if grep -qw overlay /proc/filesystems || loadable overlay; then say feature.overlayfs yes
else answer overlayfs CONFIG_OVERLAY_FS unknown; fi
if [ -e /sys/module/ip_set ] || loadable ip_set; then say feature.ipset yes
else answer ipset CONFIG_IP_SET unknown; fi
if command -v ip >/dev/null; then
  link=slw$$
  if ip link add "$link" type vxlan id 1 dstport 4789 2>/dev/null; then
    ip link delete "$link"
    say feature.vxlan yes
  elif ip link show "$link" >/dev/null 2>&1 || ! ip link add "$link" type bridge 2>/dev/null; then
    say feature.vxlan unknown
  else
    ip link delete "$link"
    say feature.vxlan no
  fi
  association="src 127.0.0.1 dst 127.0.0.2 proto esp spi 0x534c5057"
  zeros=$(printf '%040d' 0)
  if refused=$(ip xfrm state add $association mode transport aead 'rfc4106(gcm(aes))' "0x$zeros" 64 2>&1); then
    ip xfrm state delete $association
    say feature.esp yes
  else
    case $refused in
      *"not implemented"* | *"not supported"* | *"not found"* | *"No such file"*) say feature.esp no ;;
      *) say feature.esp unknown ;;
    esac
  fi
else
  answer vxlan CONFIG_VXLAN unknown
  answer esp CONFIG_INET_ESP unknown
fi

if command -v ss >/dev/null; then
  ss -Hlntup | while read -r line; do say socket "$line"; done
else
  say sockets unknown
fi
if [ -e /var/run/docker.sock ] && pidof dockerd >/dev/null 2>&1; then say engine running
elif [ -e /etc/kubernetes/kubelet.conf ] && pidof kubelet >/dev/null 2>&1; then say engine running; fi
if [ -r /etc/slipway-lab/facts.json ]; then say lab "$(tr -d '\n' </etc/slipway-lab/facts.json)"; fi
say clock.end "$(now)"
`;

/** Asks whether the peers answer at all: an accepted or refused connection shows the way there, silence does not. */
export function reachScript(peers: readonly string[], ports: readonly number[]): string {
  return `command -v bash >/dev/null && command -v timeout >/dev/null || { echo unknown; exit 0; }
reach() {
  for port in ${ports.join(" ")}; do
    if error=$(timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$port" 2>&1); then return 0; fi
    case $error in *refused*) return 0 ;; esac
  done
  return 1
}
for peer in ${peers.map((peer) => `'${peer}'`).join(" ")}; do
  { reach "$peer" && echo "reached=$peer" || echo "silent=$peer"; } &
done
wait`;
}
