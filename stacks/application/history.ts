import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Ledger, Release } from "../../components/application";

/** What the engine answers to the function behind StackReference. */
interface StackOutputs {
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * The ledger as the last successful update of this Pulumi stack has left it; a new one at first. Asked by the function
 * behind StackReference: the resource itself would keep a copy of the ledger in the state that it is of, and each
 * refresh after a release would show that copy as changed.
 */
export async function ownLedger(): Promise<Ledger> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const answer: unknown = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name });
  const { releases, plans, salt } = (answer as StackOutputs).outputs;
  if (releases !== undefined && salt === undefined) {
    throw new pulumi.RunError(
      "the secrets of this Pulumi stack can't be read; use the secrets provider that it was made with (PULUMI_CONFIG_PASSPHRASE)",
    );
  }
  return {
    releases: (releases ?? []) as readonly Release[],
    plans: (plans ?? {}) as Readonly<Record<string, string>>,
    salt: (salt as string | undefined) ?? randomBytes(16).toString("hex"),
  };
}
