/**
 * Which versions of Kubernetes are supported. Those out of support are refused, as Slipway's users run production; where
 * the template brings them, that is the site's own decision and a warning. When a minor version comes or goes, change
 * this file and say so in the changelog.
 */

export type Minor = readonly [major: number, minor: number];

/**
 * The oldest that is taken without a word. Upstream's patches end for 1.33 on 2026-06-28, for 1.34 on 2026-10-27, for 1.35
 * on 2027-02-28 (https://kubernetes.io/releases/patch-releases/): raise this where the lab's own version has moved on.
 */
export const oldestSupported: Minor = [1, 33];

/** The newest that this Slipway is made for. */
export const newestKnown: Minor = [1, 35];

/** The oldest whose kubeadm reads the configuration that Slipway writes (kubeadm.k8s.io/v1beta4). */
export const oldestPossible: Minor = [1, 31];

export function isBefore(a: Minor, b: Minor): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

/** `1.34` of `1.34.1`. */
export function minorOf(version: string): Minor {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return [major, minor];
}
