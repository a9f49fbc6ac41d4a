import type { PlatformSpec } from "../components/spec";

/** URL at which the cluster's registry answers, Slipway's own or the site's. */
export function registryUrl({ registry }: Pick<PlatformSpec, "registry">): string | undefined {
  if (registry === undefined) return undefined;
  const { external, address, pullPort } = registry;
  const base =
    external === undefined
      ? `https://${address ?? ""}:${pullPort}`
      : external.url.replace(/\/+$/, "");
  return `${base}/v2/`;
}
