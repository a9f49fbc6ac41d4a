import * as pulumi from "@pulumi/pulumi";
import { eachFeature, type Host, type HostFacts, type KernelFeature } from "../../provider/sdk";
import type { NodeRole } from "../spec";
import type { Machine } from "./machine";

/** More than NTP leaves between two clocks and a busy host's answer takes; logs and certificates stand it. */
export const maxClockSkewSeconds = 10;

/**
 * The value of an output, when it is known. A promise, so that what is made from it does not depend on the output's
 * resource in the engine's eyes: whoever targets or replaces the one would seem to mean the other.
 */
export function independently<T>(output: pulumi.Output<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => {
    output.apply((value) => {
      resolve(value as pulumi.Unwrap<T>);
    });
  });
}

/** When all the resources stand. No dependency of one resource on all the others: these would be many. */
export async function made(resources: readonly pulumi.Resource[]): Promise<void> {
  await independently(pulumi.all(resources.map(({ urn }) => urn)));
}

/** Kernel features that every host has: what an application may count on wherever it runs. */
export function commonFeatures(
  hosts: readonly { readonly host: Host }[],
): pulumi.Output<Record<KernelFeature, boolean>> {
  // A targeted update leaves hosts unmade, and then nothing is known of them.
  const told: pulumi.Output<HostFacts | undefined>[] = hosts.map(({ host }) => host.facts);
  return pulumi.all(told).apply((facts) => {
    return eachFeature((feature) => facts.every((one) => one?.features[feature] === true));
  });
}

/** Addresses of the machines of one role, by the machines' names. */
export function addresses(
  hosts: readonly (Machine & { readonly host: Host })[],
  wanted: NodeRole,
): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    hosts.filter(({ role }) => role === wanted).map(({ name, host }) => [name, host.address]),
  );
}
