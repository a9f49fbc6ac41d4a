import { tryCredential } from "../components/application/registryApi";
import type { ClusterSpec } from "../components/spec";
import type { ClusterSettings } from "./settings";

/**
 * Tries the account at the site's own registry, before anything is changed.
 *
 * @param problem says something at a path of `cluster.yml`
 * @throws what `problem` makes of a refusal
 */
export async function checkExternalRegistry(
  { platform: { registry }, os }: ClusterSpec,
  { registry: settings }: ClusterSettings,
  problem: (path: readonly string[], message: string) => Error,
): Promise<void> {
  const { external } = registry ?? {};
  if (external === undefined) return;
  const { host } = new URL(external.url);
  const credential = { username: external.user, password: settings?.password ?? "" };
  try {
    await tryCredential(host, { credential, ca: os.caCertificates.map(({ pem }) => pem) });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw problem(
      ["platform", "registry", "external", "url"],
      `can't be used by ${external.user}: ${said}. Its password is slipway:registryPassword, and an authority that is not the system's stands in os.caCertificates`,
    );
  }
}
