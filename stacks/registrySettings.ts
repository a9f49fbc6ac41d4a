import type * as pulumi from "@pulumi/pulumi";
import { robots } from "../components/registry/names";
import { ownRegistry } from "../components/registry/own";
import type { RegistrySecrets } from "../components/registry/files";
import { passwordMistake } from "../components/registry/password";
import type { ClusterSpec, RegistrySpec } from "../components/spec";
import { passwordProblem } from "./vsphereConnection";

/** Keys of the configuration's namespace `slipway` that a registry may need. */
export const registryKeys = [
  "registryPasswords",
  "registryS3AccessKey",
  "registryS3SecretKey",
  "registryCachePassword",
  "registryPassword",
] as const;

type Key = (typeof registryKeys)[number];

/** Secrets of a cluster's registry, whoever runs it. */
export interface RegistrySettings {
  /** Present where Slipway runs it. */
  readonly own?: RegistrySecrets;
  /** Password of the account at the site's own. */
  readonly password?: string;
}

/** Reports something at a path of `cluster.yml`. */
type Report = (path: readonly (string | number)[], problem: string) => void;

const place = ["platform", "registry"];

/**
 * Reads the secrets of the registry that `cluster.yml` asks for.
 *
 * @param configured reads a text of the configuration
 * @param passwords of the accounts, as the configuration has them
 * @param report is told what is missing, malformed, weak or of nobody, where `cluster.yml` asks for it.
 */
export function readRegistrySettings(
  { platform: { registry } }: Pick<ClusterSpec, "platform">,
  configured: (key: Key) => string | undefined,
  passwords: unknown,
  report: Report,
): RegistrySettings | undefined {
  if (registry === undefined) {
    return undefined;
  }
  const text = (key: Key, path: readonly string[], what: string) => {
    const value = configured(key) ?? "";
    const problem =
      value === ""
        ? `needs ${what}, and slipway:${key} is not set; set it with \`pulumi config set --secret slipway:${key}\``
        : passwordProblem(value);
    if (problem === undefined) return value;
    report(
      [...place, ...path],
      value === "" ? problem : `needs ${what}; slipway:${key} ${problem}`,
    );
    return "";
  };
  if (registry.external !== undefined)
    return { password: text("registryPassword", ["external", "user"], "its password") };
  const { storage, cache } = ownRegistry(registry) ?? {};
  return {
    own: {
      passwords: accountPasswords(registry, passwords, report),
      ...(storage?.s3 !== undefined && {
        s3: {
          accessKey: text("registryS3AccessKey", ["storage", "s3"], "an access key"),
          secretKey: text("registryS3SecretKey", ["storage", "s3"], "a secret key"),
        },
      }),
      ...(cache?.user !== undefined && {
        cachePassword: text("registryCachePassword", ["cache", "user"], "its password"),
      }),
    },
  };
}

function accountPasswords(
  { accounts }: Pick<RegistrySpec, "accounts">,
  configured: unknown,
  report: Report,
): Readonly<Record<string, string>> {
  const at = [...place, "accounts"];
  const known = (configured ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof known !== "object" || Array.isArray(known)) {
    report(
      at,
      "needs slipway:registryPasswords as a password by name; set each with `pulumi config set --secret --path 'slipway:registryPasswords.<name>'`",
    );
    return {};
  }
  for (const name of Object.keys(known)) {
    if (name in accounts) continue;
    const cure = Object.values<string>(robots).includes(name)
      ? "Slipway makes that one itself"
      : "add it to the accounts";
    report(
      at,
      `has no ${name}, for whom slipway:registryPasswords has a password; ${cure}, or remove the password with \`pulumi config rm --path 'slipway:registryPasswords["${name}"]'\``,
    );
  }
  return Object.fromEntries(
    Object.keys(accounts).map((name) => {
      const password = known[name];
      const set = `set it with \`pulumi config set --secret --path 'slipway:registryPasswords["${name}"]'\``;
      if (password === undefined || password === "") {
        report([...at, name], `has no password; ${set}`);
        return [name, ""];
      }
      // A password of digits alone comes as a number.
      const text = typeof password === "string" ? password : JSON.stringify(password);
      const mistake = passwordMistake(name, text);
      if (mistake !== undefined) report([...at, name], `has a password that ${mistake}; ${set}`);
      return [name, text];
    }),
  );
}

/** The configuration's structure of passwords; what is none is left to the reader to refuse. */
export function configuredPasswords(config: pulumi.Config): unknown {
  try {
    return config.getObject("registryPasswords");
  } catch {
    return [];
  }
}
