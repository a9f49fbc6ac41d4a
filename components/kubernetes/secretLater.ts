import * as pulumi from "@pulumi/pulumi";
import { KubernetesObject, type Manifest } from "./object";

/** A Secret that comes when others are there. */
export interface SecretLater {
  readonly resource: KubernetesObject;
  /** Its name on the cluster, which tells nothing of what is in it. */
  readonly secretName: pulumi.Output<string>;
}

/**
 * Makes a Secret whose content comes from other resources. @param name of the resource, which stays whatever becomes of the
 * content
 */
export function secretLater(
  name: string,
  secret: pulumi.Output<Manifest>,
  options: pulumi.CustomResourceOptions,
): SecretLater {
  const metadata = pulumi.unsecret(secret.apply((made) => made.metadata));
  const resource = new KubernetesObject(
    name,
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata,
      type: "Opaque",
      immutable: true,
      data: secret.apply(({ data }) => data),
    },
    options,
  );
  return { resource, secretName: metadata.name };
}
