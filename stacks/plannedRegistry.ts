import * as pulumi from "@pulumi/pulumi";
import { robotPassword } from "../components/registry/accounts";
import { robots } from "../components/registry/names";
import { ownRegistry, registryHosts } from "../components/registry/own";
import { registryTrust, type RegistryTrust } from "../components/registry/trust";
import type { ClusterSpec } from "../components/spec";
import { RegistryIdentity, type RegistryCredential } from "../provider/sdk";
import type { ClusterSettings } from "./settings";

/** The registry's certificate lives this long. */
const validityDays = 365;

/** What a cluster's Pulumi stack tells of its registry. */
export interface RegistryOutput {
  /** `host:port` in the names of images that are deployed; `host` of the site's own. */
  readonly pull: string;
  /** Absent for the site's own. */
  readonly push?: string;
  readonly cache?: string;
}

/** A registry, before there are nodes. */
export interface PlannedRegistry {
  /** Present where Slipway runs it. */
  readonly identity?: RegistryIdentity;
  readonly trust?: RegistryTrust<pulumi.Output<string>>;
  readonly outputs: pulumi.Inputs;
}

/**
 * What nodes and applications have to know of the cluster's registry; undefined where it has none.
 *
 * @param slipway provider of the machines
 */
export function plannedRegistry(
  { name, platform: { registry } }: ClusterSpec,
  { registry: settings }: ClusterSettings,
  slipway: pulumi.ProviderResource,
): PlannedRegistry | undefined {
  if (registry === undefined) return undefined;
  const own = ownRegistry(registry);
  if (own === undefined) {
    const { url = "", user = "" } = registry.external ?? {};
    const host = new URL(url).host;
    const credential = { username: user, password: settings?.password ?? "" };
    return {
      outputs: {
        registry: { pull: host } satisfies RegistryOutput,
        registryCredentials: pulumi.secret({ [host]: credential }),
      },
    };
  }
  const identity = new RegistryIdentity(
    name,
    { commonName: `${name} registry`, address: own.address, validityDays },
    { provider: slipway },
  );
  const hosts = registryHosts(own);
  const robot = (username: string) =>
    identity.seed.apply((seed): RegistryCredential => ({
      username,
      password: robotPassword(seed, username),
    }));
  return {
    identity,
    trust: registryTrust(own, identity.caCertificate),
    outputs: {
      registry: hosts satisfies RegistryOutput,
      registryCaCertificate: identity.caCertificate,
      // What applications pull with, unless their own configuration names another account.
      registryCredentials: pulumi.secret({ [hosts.pull]: robot(robots.pull) }),
      registryMaintenance: pulumi.secret(robot(robots.maintenance)),
    },
  };
}
