/**
 * Versions of Kubernetes: which step from one to another is allowed, and how far its parts may be apart.
 * Source: https://kubernetes.io/releases/version-skew-policy/ and kubeadm's own rules for upgrades.
 */

export interface KubernetesVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Minor versions that a kubelet may be older than the API server. */
const kubeletMayLag = 3;

/** Version in `1.34.1` or `v1.34.1`, whatever follows the three numbers; undefined for anything else. */
export function parseVersion(text: string): KubernetesVersion | undefined {
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text) ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

/**
 * Below zero where `a` is older than `b`, above where it is newer, else zero.
 *
 * @throws Error when one of them is no version.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [known(a), known(b)];
  return left.major - right.major || left.minor - right.minor || left.patch - right.patch;
}

/**
 * Why a cluster can't go from one version to another in one step; undefined when it can: to any patch of the same minor
 * version that is not older, or to the next minor version.
 *
 * @throws Error when one of them is no version.
 */
export function versionStep(from: string, to: string): string | undefined {
  const [old, wanted] = [known(from), known(to)];
  if (old.major !== wanted.major) {
    return `can't go from ${from} to ${to}: between major versions there is no upgrade`;
  }
  if (compareVersions(to, from) < 0) {
    return `can't go back from ${from} to ${to}: Kubernetes has no downgrade; keep ${from} or use a newer version`;
  }
  if (wanted.minor > old.minor + 1) {
    return `can't go from ${from} to ${to} at once: go through each minor version in between, next to a patch of ${old.major}.${old.minor + 1}`;
  }
  return undefined;
}

/** Why a kubelet can't work with an API server; undefined when it can: it is not newer, and at most 3 minor versions older. */
export function kubeletSkew(apiServer: string, kubelet: string): string | undefined {
  const [server, node] = [known(apiServer), known(kubelet)];
  // Patches are compatible in both directions; what counts is the minor version.
  const lag = server.minor - node.minor;
  if (server.major !== node.major || lag < 0) {
    return `kubelet ${kubelet} is newer than the API server, ${apiServer}; upgrade the control planes first`;
  }
  if (lag > kubeletMayLag) {
    return `kubelet ${kubelet} is ${lag} minor versions older than the API server, ${apiServer}, and at most ${kubeletMayLag} work; upgrade this node first`;
  }
  return undefined;
}

/** Why these API servers can't stand side by side; undefined when they can: their minor versions are at most one apart. */
export function apiServerSkew(apiServers: readonly string[]): string | undefined {
  const ordered = [...apiServers].sort(compareVersions);
  const [oldest] = ordered;
  const newest = ordered[ordered.length - 1];
  if (oldest === undefined || newest === undefined) return undefined;
  const apart = known(newest).minor - known(oldest).minor;
  if (known(newest).major === known(oldest).major && apart <= 1) return undefined;
  return `API servers run ${oldest} and ${newest}, more than one minor version apart; bring the older ones up first`;
}

/**
 * Why a kubeadm can't make or upgrade nodes of this version; undefined when it can: it has the same minor version and is
 * no older. (It could also handle the minor version before, but then its defaults are those of the newer one.)
 */
export function kubeadmSkew(kubeadm: string, version: string): string | undefined {
  const [tool, wanted] = [known(kubeadm), known(version)];
  const fits = tool.major === wanted.major && tool.minor === wanted.minor;
  if (fits && compareVersions(kubeadm, version) >= 0) return undefined;
  return `kubeadm ${kubeadm} does not make nodes of ${version}; install kubeadm ${version}`;
}

function known(text: string): KubernetesVersion {
  const version = parseVersion(text);
  if (version === undefined) throw new Error(`${JSON.stringify(text)} is no version of Kubernetes`);
  return version;
}
