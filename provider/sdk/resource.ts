import type * as pulumi from "@pulumi/pulumi";

/** Inputs of a resource: every property may be an output of another one. */
export type Args<T> = { readonly [K in keyof T]: pulumi.Input<T[K]> };

const version = "0.1.0";

/** Options of a resource, with the version of the provider that manages it. */
export function withVersion<T extends pulumi.ResourceOptions>(
  opts: T | undefined,
): T & { version: string } {
  return { ...(opts ?? ({} as T)), version };
}

/** Output properties must be named in the inputs, as unknowns, to exist on the resource. */
export function unknownOutputs(...names: readonly string[]): Record<string, undefined> {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
