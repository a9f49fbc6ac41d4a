import Docker from "dockerode";

/** A node as a manager lists it. */
export interface ListedNode {
  readonly ID: string;
  readonly Spec: {
    readonly Role: string;
    readonly Availability: string;
    readonly Labels: Record<string, string>;
  };
  readonly Description: { readonly Hostname: string };
  readonly Status: { readonly State: string };
  readonly ManagerStatus?: { readonly Reachability: string };
}

/** The Docker API of a cluster's first manager, with the credential that its outputs give to applications. */
export function managerApi(outputs: Record<string, unknown>): Docker {
  const [endpoint = ""] = outputs.dockerEndpoints as string[];
  return apiAt(new URL(endpoint).hostname, outputs);
}

/** The Docker API of the manager at that address. */
export function apiAt(
  address: string,
  outputs: Record<string, unknown>,
  timeoutMs?: number,
): Docker {
  return new Docker({
    protocol: "https",
    host: address,
    port: 2376,
    ca: outputs.dockerCaCertificate as string,
    cert: outputs.dockerClientCertificate as string,
    key: outputs.dockerClientKey as string,
    timeout: timeoutMs,
  });
}

/** `managers-0 manager ready`, … sorted: what a test compares. */
export async function nodeSummary(docker: Docker): Promise<string[]> {
  const nodes = (await docker.listNodes()) as unknown as ListedNode[];
  return nodes
    .map(
      ({ Spec, Status }) => `${Spec.Labels["slipway.machine"] ?? "?"} ${Spec.Role} ${Status.State}`,
    )
    .sort();
}
