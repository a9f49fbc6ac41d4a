import { externalStoreMistake } from "../components/logging/external";
import type { LoggingSecrets } from "../components/logging/files";
import { SpecError, type ClusterSpec, type Loaded } from "../components/spec";

/**
 * Asks the site's own store with the account that collectors get, before anything is changed.
 *
 * @throws SpecError at its place in the file
 */
export async function checkExternalStore(
  { spec, problemAt }: Pick<Loaded<ClusterSpec>, "spec" | "problemAt">,
  { password = "" }: LoggingSecrets,
): Promise<void> {
  const external = spec.platform.logging?.external;
  if (external === undefined) return;
  const mistake = await externalStoreMistake({
    external,
    password,
    caCertificates: spec.os.caCertificates.map(({ pem }) => pem),
  });
  if (mistake !== undefined)
    throw new SpecError([problemAt(["platform", "logging", "external", "url"], mistake)]);
}
