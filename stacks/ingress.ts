import type * as pulumi from "@pulumi/pulumi";
import { Ingress, routeSettings, type RouteSettings } from "../components/ingress";
import type { SwarmClusterSpec, SwarmIngressSpec } from "../components/spec";
import { checkTlsKey } from "./ingressKey";
import type { PlatformPlace } from "./platform";

/** What applications need to know of the cluster's ingress. */
export interface IngressOutput {
  readonly routes: RouteSettings;
  /** PEM of the certificate that users see; absent where Slipway does not know it. */
  readonly certificate?: string;
}

/** An ingress that stands, or is the site's. */
export interface MadeIngress {
  readonly output: IngressOutput;
  /** Id of the network that services with routes join; absent for the site's own. */
  readonly networkId?: pulumi.Output<string>;
}

export interface IngressSettings {
  /** `<project>/<stack>` of the cluster. */
  readonly identity: string;
  /** Private key of the ingress' certificate. */
  readonly tlsKey?: string;
}

/** The ingress that `cluster.yml` asks for; what runs already (`external`) is only told to applications. */
export function ingress(
  spec: SwarmClusterSpec,
  wanted: SwarmIngressSpec,
  { identity, tlsKey }: IngressSettings,
  { provider, dependsOn }: PlatformPlace,
): MadeIngress {
  let networkId: pulumi.Output<string> | undefined;
  if (wanted.external === undefined) {
    checkTlsKey(wanted, tlsKey);
    const made = new Ingress(
      `${spec.name}-ingress`,
      {
        spec: wanted,
        mirror: spec.platform.mirror,
        encryptOverlays: spec.swarm.encryptOverlays,
        tlsKey,
        // A private key can't be guessed, so that its hash tells nothing.
        salt: identity,
      },
      { providers: [provider()], dependsOn },
    );
    ({ networkId } = made);
  }
  return {
    output: {
      routes: routeSettings(wanted),
      ...(wanted.tls !== undefined && { certificate: wanted.tls.certificate.pem }),
    },
    networkId,
  };
}
