import { readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { utils } from "ssh2";
import type { VsphereConnection } from "../provider/sdk";

/** Settings that are missing or broken: all of them at once. */
export class SettingsError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "SettingsError";
  }
}

/** A path from configuration, relative to the folder of Pulumi.yaml; shown to users as they wrote it. */
export function fromRoot(name: string): string {
  const absolute = path.resolve(pulumi.getRootDirectory(), name);
  return path.relative(process.cwd(), absolute) || absolute;
}

/** Configuration first, the environment second: the lab and CI set the environment. */
function setting(config: pulumi.Config, key: string, variable: string): string | undefined {
  const value = config.get(key) ?? process.env[variable];
  return value === "" ? undefined : value;
}

export interface SshKey {
  readonly privateKey: string;
  /** OpenSSH public key, one line. */
  readonly publicKey: string;
}

/** The cluster's SSH key: the Pulumi secret `slipway:sshPrivateKey`, or the file that SLIPWAY_SSH_PRIVATE_KEY_FILE names. */
export function sshKey(config: pulumi.Config, problems: string[]): SshKey | undefined {
  const file = process.env.SLIPWAY_SSH_PRIVATE_KEY_FILE;
  let privateKey = config.get("sshPrivateKey");
  if (privateKey === undefined && file !== undefined && file !== "") {
    try {
      privateKey = readFileSync(file, "utf8");
    } catch (error) {
      problems.push(
        `SLIPWAY_SSH_PRIVATE_KEY_FILE: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown reason"})`,
      );
      return undefined;
    }
  }
  if (privateKey === undefined) {
    problems.push(
      "no SSH key: run `pulumi config set --secret slipway:sshPrivateKey < ~/.ssh/slipway_ed25519`, or name a file in SLIPWAY_SSH_PRIVATE_KEY_FILE",
    );
    return undefined;
  }
  const parsed = utils.parseKey(privateKey);
  if (parsed instanceof Error || !("isPrivateKey" in parsed) || !parsed.isPrivateKey()) {
    problems.push(
      "slipway:sshPrivateKey is no private key without a passphrase: make one with `ssh-keygen -t ed25519 -N '' -f slipway_ed25519`",
    );
    return undefined;
  }
  const publicKey = `${parsed.type} ${parsed.getPublicSSH().toString("base64")}`;
  return { privateKey, publicKey };
}

/** How vCenter is reached: the official provider's own configuration keys and environment variables. */
export function vsphereConnection(problems: string[]): VsphereConnection | undefined {
  const config = new pulumi.Config("vsphere");
  const server = setting(config, "vsphereServer", "VSPHERE_SERVER");
  const user = setting(config, "user", "VSPHERE_USER");
  const password = setting(config, "password", "VSPHERE_PASSWORD");
  const unverified = setting(config, "allowUnverifiedSsl", "VSPHERE_ALLOW_UNVERIFIED_SSL");
  const missing = Object.entries({
    "vsphere:vsphereServer (or VSPHERE_SERVER)": server,
    "vsphere:user (or VSPHERE_USER)": user,
    "vsphere:password (a secret, or VSPHERE_PASSWORD)": password,
  }).filter(([, value]) => value === undefined);
  for (const [name] of missing)
    problems.push(`${name} is not set: Slipway needs it to reach vCenter`);
  if (server === undefined || user === undefined || password === undefined) return undefined;
  return { server, user, password, allowUnverifiedSsl: unverified === "true" };
}
