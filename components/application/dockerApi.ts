import https from "node:https";
import type { RegistryCredential } from "../../provider/sdk";

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
export function askDocker(
  endpoint: string,
  credentials: DockerCredentials,
  path: string,
  timeoutMs: number,
  registry?: RegistryCredential,
): Promise<DockerAnswer> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const request = https.get(
      {
        hostname,
        port,
        path,
        ca: credentials.caCertificate,
        cert: credentials.clientCertificate,
        key: credentials.clientKey,
        agent: false,
        timeout: timeoutMs,
        ...(registry && { headers: { "X-Registry-Auth": encoded(registry) } }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, body: json(Buffer.concat(chunks)) });
        });
      },
    );
    request.on("timeout", () => request.destroy(new Error(`no answer in ${timeoutMs / 1000} s`)));
    request.on("error", reject);
  });
}

function encoded(credential: RegistryCredential): string {
  return Buffer.from(JSON.stringify(credential)).toString("base64url");
}

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
