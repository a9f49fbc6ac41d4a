import * as pulumi from "@pulumi/pulumi";
import { LogStore, type LogStoreIdentity, type StorePlace } from "../../provider/sdk";
import { passwordOf } from "./accounts";
import type { FileSettings, Identity, LoggingSecrets } from "./files";
import { users } from "./names";
import { storeDocuments } from "./store/documents";

/** What an identity is, when it is. */
export type KnownIdentity = pulumi.Output<Identity | undefined>;

export function knownIdentity(identity: LogStoreIdentity | undefined): KnownIdentity {
  if (identity === undefined) return pulumi.output<Identity | undefined>(undefined);
  const { caCertificate, certificate, key, seed } = identity;
  return pulumi
    .all([caCertificate, certificate, key, seed])
    .apply(([caCertificate, certificate, key, seed]): Identity | undefined => ({
      caCertificate,
      certificate,
      key,
      seed,
    }));
}

export interface Telling extends FileSettings {
  readonly secrets: LoggingSecrets;
  readonly identity: KnownIdentity;
  /** Where Slipway's own store is. */
  readonly place: pulumi.Input<StorePlace>;
  /** It comes when the cluster stands, and nobody can wait for it here. */
  readonly mayComeLater?: boolean;
}

/** The resource that tells the store, Slipway's own or the site's, what to do with lines. */
export function tellStore(
  name: string,
  { spec, cluster, authorities, secrets, identity, place, mayComeLater = false }: Telling,
  opts: pulumi.CustomResourceOptions,
): LogStore {
  const { external } = spec;
  const documents = storeDocuments({ cluster, spec, external: external?.kind });
  if (external !== undefined)
    return new LogStore(
      name,
      {
        cluster,
        documents,
        place: { kind: "url", url: external.url, caCertificates: authorities },
        username: external.user,
        password: secrets.password ?? "",
      },
      opts,
    );
  return new LogStore(
    name,
    {
      cluster,
      documents,
      place,
      username: users.admin,
      password: identity.apply((known) => passwordOf("admin", known?.seed ?? "")),
      ...(mayComeLater && { mayComeLater }),
    },
    opts,
  );
}
