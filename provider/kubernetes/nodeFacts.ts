import type { Connection } from "../transport/types";

/** What a host's kernel allows, as far as the configuration of a node depends on it. Facts, not wishes. */
export interface NodeFacts {
  readonly cgroupVersion: 1 | 2;
  /** systemd runs the host, and its slices can hold the pods' cgroups. */
  readonly systemd: boolean;
  /** The kernel's configuration can be read; containers that serve as machines have none, and kubeadm can't verify it. */
  readonly kernelConfig: boolean;
  /** kube-proxy can set the size of the connection table: not in a network namespace of its own. */
  readonly conntrackWritable: boolean;
}

/** The fragment of a script that prints these facts as `fact.<name>=<value>`. */
export const nodeFactsScript = String.raw`
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then echo fact.cgroup=2; else echo fact.cgroup=1; fi
if [ -d /run/systemd/system ]; then echo fact.systemd=yes; else echo fact.systemd=no; fi
if [ -r /proc/config.gz ] || [ -r "/boot/config-$(uname -r)" ] || [ -r "/lib/modules/$(uname -r)/config" ] || modprobe -q configs 2>/dev/null
then echo fact.kernelConfig=yes; else echo fact.kernelConfig=no; fi
table=/proc/sys/net/netfilter/nf_conntrack_max
[ -e "$table" ] || modprobe -q nf_conntrack 2>/dev/null || true
if [ -e "$table" ] && { size=$(cat "$table") && printf %s "$size" >"$table"; } 2>/dev/null
then echo fact.conntrack=yes; else echo fact.conntrack=no; fi
`;

/** Reads the facts among what a script printed. Throws when one is missing: a failed probe is no fact. */
export function parseNodeFacts(values: ReadonlyMap<string, string>): NodeFacts {
  const text = (name: string): string => {
    const value = values.get(`fact.${name}`);
    if (value === undefined || value === "") throw new Error(`the host did not tell its ${name}`);
    return value;
  };
  return {
    cgroupVersion: text("cgroup") === "2" ? 2 : 1,
    systemd: text("systemd") === "yes",
    kernelConfig: text("kernelConfig") === "yes",
    conntrackWritable: text("conntrack") === "yes",
  };
}

export async function nodeFacts(connection: Connection): Promise<NodeFacts> {
  return parseNodeFacts(
    keyValues(await connection.must("asking what its kernel allows", nodeFactsScript)),
  );
}

/** Lines of the form `name=value`. */
export function keyValues(output: string): ReadonlyMap<string, string> {
  return new Map(
    output.split("\n").flatMap((line) => {
      const equals = line.indexOf("=");
      return equals < 0 ? [] : [[line.slice(0, equals), line.slice(equals + 1)] as const];
    }),
  );
}

/** The driver by which kubelet and containerd make cgroups: both must have the same one. */
export function cgroupDriver({ systemd }: NodeFacts): "systemd" | "cgroupfs" {
  return systemd ? "systemd" : "cgroupfs";
}
