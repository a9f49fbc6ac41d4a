import { Value } from "./value";

/** A resource of a Pulumi stack as a preview, an update or a state shows it. */
export interface ResourceData {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** As the provider gets them: unknown values stand as Pulumi's texts for them. */
  readonly inputs: unknown;
  /** Pulumi refuses to delete it. */
  readonly isProtected: boolean;
}

/** A resource, ready to be asked. */
export interface Resource extends Omit<ResourceData, "inputs"> {
  readonly inputs: Value;
  /** Name of the Pulumi stack. */
  readonly stack: string;
  /** Types of the components that it is in, from the outside: `slipway:ingress:Ingress`. */
  readonly within: readonly string[];
}

/** @throws Error for what is no URN. */
export function resourceOf({ inputs, ...data }: ResourceData): Resource {
  const [, , types, name] = data.urn.split("::");
  if (types === undefined || name === undefined)
    throw new Error(`${JSON.stringify(data.urn)} is no URN of Pulumi`);
  return {
    ...data,
    inputs: new Value(inputs),
    stack: stackOf(data.urn),
    within: types.split("$").slice(0, -1),
  };
}

/** `urn:pulumi:<stack>::<project>::<types>::<name>` */
export function stackOf(urn: string): string {
  return (urn.split("::")[0] ?? "").replace(/^urn:pulumi:/, "");
}
