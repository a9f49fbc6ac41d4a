/**
 * Which Docker engines are supported, and by whom. Versions out of support are refused, as Slipway's users run
 * production. When something here goes out of support, change this file and say so in the changelog.
 */

/** Engine that a distribution ships and cares for with security updates. */
export interface DistributionEngine {
  /** `ID` and `VERSION_ID` of /etc/os-release. */
  readonly id: string;
  readonly versionId: string;
  /** Version of the distribution's docker.io package. */
  readonly version: string;
}

/**
 * Debian: https://packages.debian.org/docker.io. Upstream ended 20.10 in December 2023; Debian carries security
 * fixes in its 20.10.24+dfsg1 (deb12u1 and later) for as long as it supports Debian 12.
 */
export const distributionEngines: readonly DistributionEngine[] = [
  { id: "debian", versionId: "12", version: "20.10.24" },
  { id: "debian", versionId: "13", version: "26.1.5" },
];

/** Oldest major version from Docker's own repository that is not refused: https://endoflife.date/docker-engine */
export const oldestUpstreamMajor = 27;

/** Oldest engine whose API and Swarm Slipway is tested with. */
export const oldestEngine: readonly [number, number] = [20, 10];

/** Whether Docker itself, or a distribution that is known here, mends engines of this version. */
export function isMaintained(version: string): boolean {
  return (
    Number(version.split(".")[0]) >= oldestUpstreamMajor ||
    distributionEngines.some((one) => matchesPrefix(version, one.version))
  );
}

/** Whether a version prefix (`20.10`) accepts a full version (`20.10.24`). */
export function matchesPrefix(prefix: string, version: string): boolean {
  return version === prefix || version.startsWith(`${prefix}.`);
}
