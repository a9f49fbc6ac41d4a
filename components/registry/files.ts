import type { RegistryIdentityOutputs } from "../../provider/sdk";
import { platformFile, secretHash, type PlatformFile } from "../platform/parts";
import { htpasswd } from "./accounts";
import { collectorScript } from "./collector";
import { registryConfiguration, type StorageSecrets } from "./config";
import { files, namespace, type Process } from "./names";
import type { OwnRegistrySpec } from "./own";

/** What only the Pulumi stack's configuration has. */
export interface RegistrySecrets extends StorageSecrets {
  /** Of the accounts in the spec, by name. */
  readonly passwords: Readonly<Record<string, string>>;
}

export interface FileSettings {
  readonly spec: OwnRegistrySpec;
  readonly secrets: RegistrySecrets;
  /** PEM of authorities that the site's machines trust. */
  readonly authorities: readonly string[];
}

export type Identity = Pick<RegistryIdentityOutputs, "certificate" | "key" | "seed">;

/** Processes that there are. */
export function processesOf({ cache }: Pick<OwnRegistrySpec, "cache">): readonly Process[] {
  return cache === undefined ? ["pull", "push"] : ["pull", "push", "cache"];
}

/** Names of the files of a process, which are known before what is in them. */
export function filesOf(
  process: Process,
  { authorities }: Pick<FileSettings, "authorities">,
): readonly string[] {
  return [
    files.config(process),
    files.certificate,
    files.key,
    ...(process === "cache" ? [] : [files.accounts(process)]),
    ...(process === "push" ? [files.collector] : []),
    ...(authorities.length > 0 ? [files.authorities] : []),
  ];
}

/** Texts of all files, by name. */
export function fileTexts(
  { spec, secrets, authorities }: FileSettings,
  { certificate, key, seed }: Identity,
): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {
    [files.certificate]: certificate,
    [files.key]: key,
    [files.collector]: collectorScript(spec.garbageCollection),
  };
  for (const process of processesOf(spec)) {
    texts[files.config(process)] = registryConfiguration(process, spec, secrets, seed);
    if (process !== "cache")
      texts[files.accounts(process)] = htpasswd(process, spec.accounts, secrets.passwords, seed);
  }
  if (authorities.length > 0) texts[files.authorities] = authorities.join("\n");
  return texts;
}

/** A file as a secret of a Swarm, named by its content. */
export function swarmSecret(key: string, text: string, seed: string): PlatformFile {
  return platformFile(namespace, key, text, secretHash(seed, text));
}
