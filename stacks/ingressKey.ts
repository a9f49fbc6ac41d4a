import * as pulumi from "@pulumi/pulumi";
import { tlsKeyMistake } from "../components/ingress/tlsKey";
import type { IngressSpec } from "../components/spec";

/** @throws RunError where an ingress with a certificate has no private key that fits. */
export function checkTlsKey({ tls }: Pick<IngressSpec, "tls">, key: string | undefined): void {
  if (tls === undefined) return;
  const mistake =
    key === undefined
      ? 'is missing, and platform.ingress.tls needs it; set it with `pulumi config set --secret slipway:ingressTlsKey -- "$(cat key.pem)"`'
      : tlsKeyMistake(tls.certificate.pem, key);
  if (mistake !== undefined) throw new pulumi.RunError(`slipway:ingressTlsKey ${mistake}`);
}
