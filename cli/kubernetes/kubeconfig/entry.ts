import { X509Certificate } from "node:crypto";
import { parse } from "yaml";
import { failed } from "../../exit";

/** One cluster and one credential for it, as a kubeconfig has them. */
export interface KubeconfigEntry {
  /** Of cluster, user and context alike. */
  readonly name: string;
  /** `<project>/<stack>`: by it the entry is known again as this cluster's. */
  readonly owner: string;
  readonly cluster: Readonly<Record<string, unknown>> & { readonly server: string };
  readonly user: Readonly<Record<string, unknown>>;
}

/** Whom a credential is for, and how long. */
export interface Credential {
  readonly holder: string;
  readonly expires: Date;
  /** Its whole life, days. */
  readonly days: number;
}

interface Raw {
  readonly clusters?: readonly { readonly cluster?: Readonly<Record<string, unknown>> }[];
  readonly users?: readonly { readonly user?: Readonly<Record<string, unknown>> }[];
}

/** The entry for a kubeconfig that a cluster's Pulumi stack has as its output. */
export function entryFrom(
  kubeconfig: string,
  { name, owner }: Pick<KubeconfigEntry, "name" | "owner">,
): KubeconfigEntry {
  const { clusters = [], users = [] } = (parse(kubeconfig) ?? {}) as Raw;
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
  const server = cluster?.server;
  if (cluster === undefined || user === undefined || typeof server !== "string")
    throw failed(
      "the output of the Pulumi stack is no kubeconfig with a cluster and a user: run `pulumi up`",
    );
  return { name, owner, cluster: { ...cluster, server }, user };
}

export function credentialOf({ user }: Pick<KubeconfigEntry, "user">): Credential {
  const data = user["client-certificate-data"];
  if (typeof data !== "string")
    throw failed("the output of the Pulumi stack has no client certificate: run `pulumi up`");
  const { subject, validFrom, validTo } = new X509Certificate(Buffer.from(data, "base64"));
  const [begin, end] = [new Date(validFrom), new Date(validTo)];
  return {
    holder: /^CN=(.+)$/m.exec(subject)?.[1] ?? "?",
    expires: end,
    days: Math.max(1, Math.round((end.getTime() - begin.getTime()) / 86_400_000)),
  };
}
