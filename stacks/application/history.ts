import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Ledger, Release } from "../../components/application";
import { fullName, stackOutputs } from "../stackOutputs";

/** The ledger as the last successful update of this Pulumi stack has left it; a new one at first. */
export async function ownLedger(): Promise<Ledger> {
  const name = fullName(pulumi.getStack());
  const outputs = await stackOutputs(name);
  // Never an empty ledger in the place of one that can't be found.
  if (outputs === undefined) throw new pulumi.RunError(`there is no Pulumi stack ${name}`);
  const { releases, plans, salt } = outputs;
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
