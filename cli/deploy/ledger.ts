import type { Release } from "../../components/application/ledger";
import { failed } from "../exit";
import type { PulumiStack } from "../pulumi/stack";

/** What an application's Pulumi stack tells of its releases. */
export interface ReleaseHistory {
  readonly application: string;
  readonly environment?: string;
  readonly releases: readonly Release[];
}

/** The name of the Pulumi stack of an application in an environment. */
export function stackNameOf(application: string, environment: string): string {
  return `${application}-${environment}`;
}

/** @throws CliError when the Pulumi stack is none of an application, or was never deployed. */
export async function releaseHistory(stack: PulumiStack): Promise<ReleaseHistory> {
  const history = historyIn(await stack.outputs());
  if (history !== undefined) return history;
  throw failed(
    `${stack.name} has no releases: it was never deployed, or is no application's Pulumi stack`,
  );
}

/** The releases among a Pulumi stack's outputs; `undefined` where it is no application's. */
export function historyIn(outputs: Readonly<Record<string, unknown>>): ReleaseHistory | undefined {
  const { application, environment, releases } = outputs;
  if (typeof application !== "string" || !Array.isArray(releases)) return undefined;
  return {
    application,
    ...(typeof environment === "string" && { environment }),
    releases: releases as readonly Release[],
  };
}
