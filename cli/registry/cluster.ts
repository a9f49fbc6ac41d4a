import path from "node:path";
import { loadCluster, type ClusterSpec } from "../../components/spec";
import { badUsage, failed } from "../exit";
import type { PulumiStack } from "../pulumi/stack";
import type { RegistryConnection } from "./client";

/** The `cluster.yml` of a cluster's Pulumi stack. @throws CliError where it is none; SpecError with all of its problems. */
export async function clusterSpec(stack: PulumiStack): Promise<ClusterSpec> {
  const file = (await stack.config()).get("slipway:spec");
  if (file === undefined)
    throw badUsage(
      `${stack.name} is no cluster: its configuration has no slipway:spec; \`pulumi stack ls\` lists the others`,
    );
  return loadCluster(path.resolve(stack.folder, file)).spec;
}

/** How Slipway's own registry of a cluster is asked, with the right to remove. */
export async function maintenanceConnection(stack: PulumiStack): Promise<RegistryConnection> {
  const { registry, registryCaCertificate: ca, registryMaintenance } = await stack.outputs(true);
  const { push: host } = (registry ?? {}) as { readonly push?: string };
  if (host === undefined)
    throw badUsage(
      `${stack.name} has no registry that Slipway runs: add platform.registry to its cluster.yml and run \`pulumi up\`, or use the site's own tools for its own`,
    );
  const credential = registryMaintenance as RegistryConnection["credential"] | undefined;
  if (typeof ca !== "string" || credential === undefined)
    throw failed(
      `${stack.name} does not say how its registry is reached: run \`pulumi up\`, with the secrets provider that it was made with (PULUMI_CONFIG_PASSPHRASE)`,
    );
  return { host, ca, credential };
}
