import type { RegistryCredential } from "../../provider/sdk/shapes";
import type { Resource } from "../core/resource";

/** Credentials for pulling images, by the registry's host, as an application's provider has them. */
export function credentialsIn({
  type,
  inputs,
}: Pick<Resource, "type" | "inputs">): readonly (readonly [string, RegistryCredential])[] {
  if (type !== "pulumi:providers:slipway") return [];
  const registries = inputs.at("registries");
  const text = registries.isKnown ? registries.text() : undefined;
  if (text === undefined) return [];
  return Object.entries(JSON.parse(text) as Readonly<Record<string, RegistryCredential>>);
}
