import type { KubernetesHostInputs } from "../../sdk/kubernetesShapes";
import type { HostState } from "./probe";

/** What has to happen on a host before it can be a node. */
export interface HostPlan {
  /** Packages of the Kubernetes repository, and of the distribution, that are to be installed. */
  readonly packages?: { readonly pinned: readonly string[]; readonly others: readonly string[] };
}

/** Decides from what is there. Throws, in words for the user and all problems at once, when it cannot become what is wanted. */
export function planHost(state: HostState, inputs: KubernetesHostInputs): HostPlan {
  const problems = [...swapProblems(state), ...problemsOfSource(state, inputs)];
  if (problems.length > 0) throw new Error(problems.join("\n"));
  if (inputs.source === "preinstalled" || !needsPackages(state, inputs)) return {};
  return {
    packages: {
      pinned: ["kubelet", "kubeadm", "kubectl"],
      others: state.containerd === undefined || !state.runc ? ["containerd"] : [],
    },
  };
}

function swapProblems({ swapKiB }: HostState): readonly string[] {
  if (swapKiB === 0) return [];
  return [
    `has ${Math.ceil(swapKiB / 1024)} MiB of swap, which the kubelet refuses: take its line out of /etc/fstab of the template; on this machine: \`swapoff -a\``,
  ];
}

/** A node keeps what it has: it is upgraded by its own resource, drained and in its turn. */
function needsPackages(state: HostState, { version }: KubernetesHostInputs): boolean {
  if (state.isMember) return false;
  return (
    state.kubeadm !== version ||
    state.kubelet !== version ||
    state.kubectl !== version ||
    state.containerd === undefined ||
    !state.runc ||
    state.missingPlugins.length > 0
  );
}

function problemsOfSource(state: HostState, inputs: KubernetesHostInputs): readonly string[] {
  return inputs.source === "preinstalled"
    ? problemsOfTemplate(state, inputs)
    : problemsOfPackages(state, inputs);
}

function problemsOfTemplate(state: HostState, { version }: KubernetesHostInputs): string[] {
  const problems: string[] = [];
  const programs = { kubeadm: state.kubeadm, kubelet: state.kubelet, kubectl: state.kubectl };
  for (const [name, found] of Object.entries(programs)) {
    if (found === undefined)
      problems.push(
        `has no ${name}, and kubernetes.source is preinstalled: put ${version} into the template, or choose repository as source`,
      );
    else if (!state.isMember && found !== version)
      problems.push(
        `has ${name} ${found}, but kubernetes.version is ${version} and kubernetes.source is preinstalled: change the template or the version`,
      );
  }
  if (state.containerd === undefined || !state.runc)
    problems.push(
      `has no ${state.containerd === undefined ? "containerd" : "runc"}, and kubernetes.source is preinstalled: put it into the template, or choose repository as source`,
    );
  if (state.missingPlugins.length > 0)
    problems.push(
      `has no CNI plug-ins ${state.missingPlugins.join(", ")} in /opt/cni/bin: put them into the template (containernetworking/plugins)`,
    );
  if (!state.hasKubeletUnit)
    problems.push(
      "has no systemd unit kubelet.service: put it into the template with kubeadm's drop-in 10-kubeadm.conf",
    );
  return problems;
}

function problemsOfPackages(state: HostState, inputs: KubernetesHostInputs): string[] {
  if (state.isMember || state.kubeadm === undefined || state.kubeadm === inputs.version) return [];
  if (state.ownedBy === "kubeadm") return [];
  return [
    `has kubeadm ${state.kubeadm} ${state.ownedBy === undefined ? "installed without a package" : `of package ${state.ownedBy}`}, which the package kubeadm would collide with: remove it, or set kubernetes.source to preinstalled`,
  ];
}
