import { randomBytes } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Ledger, Release } from "../../components/application";

/** The ledger as the last successful update of this Pulumi stack has left it; a new one at first. */
export async function ownLedger(): Promise<Ledger> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const self = new pulumi.StackReference("ledger", { name });
  const read = async (output: string): Promise<unknown> => {
    const details: { value?: unknown; secretValue?: unknown } = await self.getOutputDetails(output);
    return details.secretValue ?? details.value ?? undefined;
  };
  const [releases, plans, salt] = await Promise.all([
    read("releases"),
    read("plans"),
    read("salt"),
  ]);
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
