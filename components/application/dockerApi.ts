import type { RegistryCredential } from "../../provider/sdk";
import { ask, fromJson } from "../../provider/sdk/http";

/** Mutual TLS with a cluster's Docker API. PEM. */
export interface DockerCredentials {
  readonly caCertificate: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

export interface DockerAnswer {
  /** HTTP status. */
  readonly status: number;
  readonly body: unknown;
}

/**
 * Asks the Docker API of a manager, with GET.
 *
 * @param endpoint `tcp://10.1.2.3:2376`
 * @param registry what the manager shows to the registry that it asks
 * @throws Error when no answer comes: no connection, no trust, or none in time.
 */
export async function askDocker(
  endpoint: string,
  { caCertificate, clientCertificate, clientKey }: DockerCredentials,
  path: string,
  timeoutMs: number,
  registry?: RegistryCredential,
): Promise<DockerAnswer> {
  const { status, bytes } = await ask(`https://${new URL(endpoint).host}${path}`, {
    ca: caCertificate,
    cert: clientCertificate,
    key: clientKey,
    timeoutMs,
    ...(registry && { headers: { "X-Registry-Auth": encoded(registry) } }),
  });
  return { status, body: fromJson(bytes) };
}

function encoded(credential: RegistryCredential): string {
  return Buffer.from(JSON.stringify(credential)).toString("base64url");
}
