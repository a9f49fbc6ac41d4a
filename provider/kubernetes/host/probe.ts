import type { Connection } from "../../transport/types";
import { keyValues, nodeFactsScript, parseNodeFacts, type NodeFacts } from "../nodeFacts";
import { kubeletConfig } from "../paths";

/** What a host says about its container runtime and its Kubernetes packages. */
export interface HostState {
  /** Version of each program, without `v`; absent when it is not installed. */
  readonly kubeadm?: string;
  readonly kubelet?: string;
  readonly kubectl?: string;
  readonly containerd?: string;
  readonly runc: boolean;
  /** CNI plug-ins that are not in `/opt/cni/bin`. */
  readonly missingPlugins: readonly string[];
  /** There is a systemd unit of the kubelet. */
  readonly hasKubeletUnit: boolean;
  /** Package that kubeadm is of; absent where it came another way. */
  readonly ownedBy?: string;
  /** The kubelet has been given a cluster. */
  readonly isMember: boolean;
  readonly swapKiB: number;
  readonly facts: NodeFacts;
}

/** Plug-ins of the pod network as containerd writes it. */
export const plugins = ["ptp", "host-local", "portmap", "loopback"] as const;

/** What pods need of the kernel's settings. */
export const settings: Readonly<Record<string, string>> = {
  "net.ipv4.ip_forward": "1",
  // Only where br_netfilter is there: bridges of other CNIs hand their frames to the rules of services by it.
  "net.bridge.bridge-nf-call-iptables": "1",
  "net.bridge.bridge-nf-call-ip6tables": "1",
};
/** Without these no pod runs; others are set where they can be. */
export const requiredSettings: readonly string[] = ["net.ipv4.ip_forward"];

/** Modules to load at boot. */
export const modules = ["overlay", "br_netfilter", "nf_conntrack"] as const;

const probeScript = `
version() { # name, command…
  name=$1; shift
  if command -v "$1" >/dev/null; then
    if text=$("$@" 2>/dev/null); then echo "$name=$text"; else echo "$name=unreadable"; fi
  fi
}
version kubeadm kubeadm version --output=short
version kubelet kubelet --version
if command -v kubectl >/dev/null; then echo "kubectl=$(kubectl version --client 2>/dev/null | sed -n 's/^Client Version: //p')"; fi
version containerd containerd --version
if command -v runc >/dev/null; then echo runc=yes; else echo runc=no; fi
missing=
for plugin in ${plugins.join(" ")}; do [ -x "/opt/cni/bin/$plugin" ] || missing="$missing $plugin"; done
echo "missingPlugins=$missing"
if systemctl cat kubelet.service >/dev/null 2>&1; then echo kubeletUnit=yes; else echo kubeletUnit=no; fi
if command -v kubeadm >/dev/null && owner=$(dpkg-query -S "$(command -v kubeadm)" 2>/dev/null); then echo "ownedBy=\${owner%%:*}"; fi
if [ -e ${kubeletConfig} ]; then echo member=yes; else echo member=no; fi
echo "swap=$(sed -n 's/^SwapTotal: *\\([0-9]*\\) kB$/\\1/p' /proc/meminfo)"
${nodeFactsScript}
echo complete=yes
`;

export async function probeHost(connection: Connection): Promise<HostState> {
  return parseHost(await connection.must("asking for its container runtime", probeScript));
}

/** Reads what the script printed. Throws when it is not all there. */
export function parseHost(output: string): HostState {
  const values = keyValues(output);
  if (values.get("complete") !== "yes")
    throw new Error("the host did not tell the state of its container runtime completely");
  const is = (name: string) => values.get(name) === "yes";
  const words = (name: string) => (values.get(name) ?? "").split(" ").filter((word) => word !== "");
  return {
    kubeadm: versionIn(values.get("kubeadm")),
    kubelet: versionIn(values.get("kubelet")),
    kubectl: versionIn(values.get("kubectl")),
    containerd: versionIn(values.get("containerd")),
    runc: is("runc"),
    missingPlugins: words("missingPlugins"),
    hasKubeletUnit: is("kubeletUnit"),
    ownedBy: values.get("ownedBy"),
    isMember: is("member"),
    swapKiB: Number(values.get("swap") ?? 0),
    facts: parseNodeFacts(values),
  };
}

/** `Kubernetes v1.34.1`, `v1.34.1`, `containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u1`. */
function versionIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  return /(?:^|[\sv])(\d+\.\d+\.\d+[^\s]*)/.exec(text)?.[1] ?? "unreadable";
}
