import * as pulumi from "@pulumi/pulumi";
import { passwordOf } from "../components/logging/accounts";
import { hasGateway } from "../components/logging/collector";
import type { LoggingSecrets } from "../components/logging/files";
import { hosts, users } from "../components/logging/names";
import type { ClusterSpec } from "../components/spec";
import { LogStoreIdentity } from "../provider/sdk";

/** The store's certificate lives this long. */
const validityDays = 365;

/** What a cluster's Pulumi stack tells of its logging. */
export interface LoggingOutput {
  /** URL of the site's store; absent where Slipway runs it. */
  readonly url?: string;
}

/** An account that reads lines. Secret. */
export interface LoggingReader {
  readonly username: string;
  readonly password: string;
}

/** Logging, before it stands. */
export interface PlannedLogging {
  /** Present where there is a store or a gateway of Slipway's. */
  readonly identity?: LogStoreIdentity;
  readonly outputs: pulumi.Inputs;
}

/**
 * What is to be known of the cluster's logging; undefined where it has none.
 *
 * @param slipway provider of the machines
 */
export function plannedLogging(
  { name, platform: { logging } }: ClusterSpec,
  { password = "" }: LoggingSecrets,
  slipway: pulumi.ProviderResource,
): PlannedLogging | undefined {
  if (logging === undefined) return undefined;
  const { external } = logging;
  const identity = hasGateway(logging)
    ? new LogStoreIdentity(
        name,
        {
          commonName: `${name} logging`,
          address: hosts.store,
          otherNames: [hosts.node],
          validityDays,
        },
        { provider: slipway },
      )
    : undefined;
  const reader = (
    external === undefined
      ? identity?.seed.apply((seed) => ({
          username: users.reader,
          password: passwordOf("reader", seed),
        }))
      : { username: external.user, password }
  ) satisfies pulumi.Input<LoggingReader> | undefined;
  return {
    identity,
    outputs: {
      logging: (external === undefined ? {} : { url: external.url }) satisfies LoggingOutput,
      loggingReader: pulumi.secret(reader),
      ...(external === undefined && { loggingCaCertificate: identity?.caCertificate }),
    },
  };
}
