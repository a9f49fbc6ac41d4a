import { minorOf } from "../spec/cluster/kubernetesSupport";

/** What kubeadm brings beside Kubernetes itself. */
interface Companions {
  readonly coredns: string;
  readonly etcd: string;
  readonly pause: string;
  /** Patch releases for which `kubeadm config images list` has said so. */
  readonly seen: readonly number[];
}

/** By minor version, of its first release; patch releases may bring a newer etcd. */
const companions: Readonly<Record<number, Companions>> = {
  33: { coredns: "v1.12.0", etcd: "3.5.21-0", pause: "3.10", seen: [] },
  34: { coredns: "v1.12.1", etcd: "3.6.4-0", pause: "3.10.1", seen: [0, 1] },
  35: { coredns: "v1.13.1", etcd: "3.6.6-0", pause: "3.10.1", seen: [] },
};

export interface KubeadmImages {
  /** Under their names at registry.k8s.io. */
  readonly images: readonly string[];
  /** What is not known for sure, and how to find out; absent where all is. */
  readonly doubt?: string;
}

/** Images that kubeadm has nodes pull for a version (`1.34.1`). */
export function kubeadmImages(version: string): KubeadmImages {
  const [major, minor] = minorOf(version);
  const patch = Number(version.split(".")[2] ?? 0);
  const own = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"].map(
    (command) => `registry.k8s.io/${command}:v${version}`,
  );
  const known = major === 1 ? companions[minor] : undefined;
  const ask = `\`kubeadm config images list --kubernetes-version v${version}\` tells`;
  if (known === undefined)
    return { images: own, doubt: `etcd, CoreDNS and pause of ${version} are not known: ${ask}` };
  return {
    images: [
      ...own,
      `registry.k8s.io/coredns/coredns:${known.coredns}`,
      `registry.k8s.io/etcd:${known.etcd}`,
      `registry.k8s.io/pause:${known.pause}`,
    ],
    ...(!known.seen.includes(patch) && {
      doubt: `etcd and CoreDNS of ${version} may be newer than those of its first release: ${ask}`,
    }),
  };
}
