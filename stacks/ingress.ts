import * as pulumi from "@pulumi/pulumi";
import { Ingress, routeSettings, tlsKeyMistake, type RouteSettings } from "../components/ingress";
import type { ClusterSpec, IngressSpec } from "../components/spec";
import { Provider, type DockerConnection } from "../provider/sdk";

/** What applications need to know of the cluster's ingress. */
export interface IngressOutput {
  readonly routes: RouteSettings;
  /** PEM of the certificate that users see; absent where Slipway does not know it. */
  readonly certificate?: string;
}

export interface IngressSettings {
  /** `<project>/<stack>` of the cluster. */
  readonly identity: string;
  readonly docker: pulumi.Input<DockerConnection>;
  /** Private key of the ingress' certificate. */
  readonly tlsKey?: string;
  /** What must stand first. */
  readonly dependsOn: pulumi.Resource;
}

/** The ingress that `cluster.yml` asks for; what runs already (`external`) is only told to applications. */
export function ingress(
  spec: ClusterSpec,
  wanted: IngressSpec,
  { identity, docker, tlsKey, dependsOn }: IngressSettings,
): IngressOutput {
  if (wanted.external === undefined) {
    checkTlsKey(wanted, tlsKey);
    const provider = new Provider(`${spec.name}-platform`, {
      owner: identity,
      docker,
      registries: {},
    });
    new Ingress(
      `${spec.name}-ingress`,
      {
        spec: wanted,
        mirror: spec.platform.mirror,
        encryptOverlays: spec.swarm.encryptOverlays,
        tlsKey,
        // A private key can't be guessed, so that its hash tells nothing.
        salt: identity,
      },
      { providers: [provider], dependsOn },
    );
  }
  return {
    routes: routeSettings(wanted),
    ...(wanted.tls !== undefined && { certificate: wanted.tls.certificate.pem }),
  };
}

function checkTlsKey({ tls }: IngressSpec, key: string | undefined): void {
  if (tls === undefined) return;
  const mistake =
    key === undefined
      ? 'is missing, and platform.ingress.tls needs it; set it with `pulumi config set --secret slipway:ingressTlsKey -- "$(cat key.pem)"`'
      : tlsKeyMistake(tls.certificate.pem, key);
  if (mistake !== undefined) throw new pulumi.RunError(`slipway:ingressTlsKey ${mistake}`);
}
