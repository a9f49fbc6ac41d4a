import { overHttps } from "../../provider/logStore/ask";
import type { ExternalLoggingSpec, StoreKind } from "../spec";

export interface ExternalStoreCheck {
  readonly external: ExternalLoggingSpec;
  readonly password: string;
  /** PEM of authorities besides the system's. */
  readonly caCertificates: readonly string[];
}

interface Greeting {
  readonly version?: { readonly number?: string; readonly distribution?: string };
}

/**
 * What stands against sending lines to the site's store, in words; undefined where nothing does. It is asked who it is, and
 * whether it knows the user.
 */
export async function externalStoreMistake({
  external: { url, user, kind },
  password,
  caCertificates,
}: ExternalStoreCheck): Promise<string | undefined> {
  const ask = overHttps({ url, caCertificates }, { username: user, password });
  let status: number;
  let text: string;
  try {
    ({ status, text } = await ask({ method: "GET", path: "/" }));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return `can't be used: ${said}; correct the URL, see to it that it answers from here and from the cluster, and put an authority that is not the system's into os.caCertificates`;
  }
  if (status === 401)
    return `does not let ${user} in (401); correct the user, or slipway:loggingPassword`;
  if (status === 403) return `lets ${user} in, and allows nothing (403); give the user its rights`;
  const found = status === 200 ? kindIn(text) : undefined;
  if (found === undefined)
    return `answers ${status}, and not as Elasticsearch or OpenSearch do; name the address of its API`;
  if (found !== kind)
    return `is ${names[found]}, and external.kind says ${kind}; write \`kind: ${found}\``;
  return undefined;
}

const names: Readonly<Record<StoreKind, string>> = {
  elasticsearch: "Elasticsearch",
  opensearch: "OpenSearch",
};

/** Which of the two has answered so. */
function kindIn(text: string): StoreKind | undefined {
  let greeting: Greeting | undefined;
  try {
    greeting = JSON.parse(text) as Greeting;
  } catch {
    return undefined;
  }
  if (greeting.version?.number === undefined) return undefined;
  return greeting.version.distribution === "opensearch" ? "opensearch" : "elasticsearch";
}
