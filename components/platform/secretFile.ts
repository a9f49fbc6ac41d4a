import * as pulumi from "@pulumi/pulumi";
import { SwarmSecret } from "../../provider/sdk";
import { platformFile, secretHash } from "./parts";

/** A secret on the Swarm as services refer to it. */
export interface SecretFile {
  readonly id: pulumi.Output<string>;
  readonly name: pulumi.Output<string> | string;
}

/**
 * A secret whose text comes from another resource. Its name tells nothing of what is in it, and shows which one a service
 * has.
 *
 * @param owner name of the component that it is of
 */
export function secretFile(
  owner: string,
  {
    namespace,
    key,
    text,
    salt,
  }: {
    readonly namespace: string;
    readonly key: string;
    readonly text: pulumi.Output<string>;
    /** Known to nobody. */
    readonly salt: string;
  },
  options: pulumi.CustomResourceOptions,
): SecretFile {
  const made = text.apply((known) => platformFile(namespace, key, known, secretHash(salt, known)));
  const name = pulumi.unsecret(made.name);
  const { fileId } = new SwarmSecret(
    `${owner}-${key}`,
    { name, labels: pulumi.unsecret(made.labels), data: made.data },
    options,
  );
  return { id: fileId, name };
}
