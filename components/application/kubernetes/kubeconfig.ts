import { parse } from "yaml";
import type { KubernetesAccess } from "./kubernetesApi";

interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly {
    readonly name: string;
    readonly context?: { readonly cluster?: string; readonly user?: string };
  }[];
  readonly clusters?: readonly {
    readonly name: string;
    readonly cluster?: {
      readonly server?: string;
      readonly "certificate-authority-data"?: string;
    };
  }[];
  readonly users?: readonly {
    readonly name: string;
    readonly user?: {
      readonly "client-certificate-data"?: string;
      readonly "client-key-data"?: string;
    };
  }[];
}

/**
 * Who is asked, and as whom, by the current context of a kubeconfig that has all that in itself.
 *
 * @throws Error that says what it lacks. Nothing of what it has is told.
 */
export function accessOf(kubeconfig: string): KubernetesAccess {
  const config = (parse(kubeconfig) ?? {}) as Kubeconfig;
  const named = <T extends { readonly name: string }>(all: readonly T[] = [], name?: string) =>
    all.find((one) => one.name === name);
  const context = named(config.contexts, config["current-context"])?.context;
  const cluster = named(config.clusters, context?.cluster)?.cluster;
  const user = named(config.users, context?.user)?.user;
  const found = {
    server: cluster?.server,
    "certificate-authority-data": cluster?.["certificate-authority-data"],
    "client-certificate-data": user?.["client-certificate-data"],
    "client-key-data": user?.["client-key-data"],
  };
  const {
    server,
    "certificate-authority-data": authority,
    "client-certificate-data": certificate,
    "client-key-data": key,
  } = found;
  if (
    server === undefined ||
    authority === undefined ||
    certificate === undefined ||
    key === undefined
  ) {
    const missing = Object.entries(found).flatMap(([name, value]) =>
      value === undefined ? [name] : [],
    );
    throw new Error(
      `the kubeconfig of the cluster has no ${missing.join(", ")} in its current context; run \`pulumi up\` on the cluster's Pulumi stack`,
    );
  }
  const text = (base64: string) => Buffer.from(base64, "base64").toString("utf8");
  return {
    endpoint: server,
    caCertificate: text(authority),
    clientCertificate: text(certificate),
    clientKey: text(key),
  };
}
