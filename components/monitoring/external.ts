import { rootCertificates } from "node:tls";
import { ask } from "../../provider/sdk/http";
import type { ExternalMonitoringSpec } from "../spec";

const timeoutMs = 10_000;

/** Where metrics are sent to. */
export function remoteWriteUrl({ url }: Pick<ExternalMonitoringSpec, "url">): string {
  return `${url.replace(/\/+$/, "")}/api/v1/write`;
}

export interface ExternalCheck {
  readonly external: ExternalMonitoringSpec;
  readonly password?: string;
  /** PEM of authorities besides the system's. */
  readonly caCertificates: readonly string[];
}

/**
 * What stands against sending metrics to the site's Prometheus, in words; undefined where nothing does. It is sent nothing
 * at all, which who takes metrics finds wrong, and who does not refuses as a whole.
 */
export async function externalMistake({
  external,
  password,
  caCertificates,
}: ExternalCheck): Promise<string | undefined> {
  const url = remoteWriteUrl(external);
  const { user } = external;
  let status: number;
  try {
    const answer = await ask(url, {
      method: "POST",
      timeoutMs,
      largestBytes: 64 * 1024,
      headers: {
        "content-type": "application/x-protobuf",
        "content-encoding": "snappy",
        ...(user !== undefined && {
          authorization: `Basic ${Buffer.from(`${user}:${password ?? ""}`).toString("base64")}`,
        }),
      },
      body: "",
      ...(caCertificates.length > 0 && { ca: [...rootCertificates, ...caCertificates] }),
    });
    ({ status } = answer);
  } catch (error) {
    return `does not answer at ${url}: ${error instanceof Error ? error.message : String(error)}; correct the URL, or see to it that it answers from here and from the cluster`;
  }
  switch (status) {
    case 200:
    case 204:
    case 400:
    case 415:
      return undefined;
    case 401:
    case 403:
      return user === undefined
        ? `wants a user (${status}) at ${url}; name one with platform.monitoring.external.user`
        : `does not let ${user} in (${status}) at ${url}; correct the user, or slipway:monitoringPassword`;
    case 404:
      return `takes no metrics at ${url} (404); start it with --web.enable-remote-write-receiver, or name what does`;
    default:
      return `answers ${status} at ${url}, where it should take metrics; look into its log`;
  }
}
