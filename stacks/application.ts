import * as pulumi from "@pulumi/pulumi";
import { firstAnswering } from "../components/application/answering";
import { Application } from "../components/application/application";
import { kernelLimits, type ClusterFeatures } from "../components/application/kernelLimits";
import { loadStack, renderProblem } from "../components/spec";
import { fromRoot, SettingsError } from "./settings";

interface ClusterOutputs {
  readonly dockerEndpoints: readonly string[];
  readonly dockerCaCertificate: string;
  readonly dockerClientCertificate: string;
  readonly dockerClientKey: string;
  readonly features: ClusterFeatures;
  readonly managers: Record<string, string>;
  readonly workers: Record<string, string>;
}

/** An application stack on a cluster, which a stack reference names. */
export async function application(config: pulumi.Config): Promise<pulumi.Inputs> {
  const variables = {
    ...process.env,
    VERSION: config.require("version"),
    REGISTRY: config.get("registry") ?? process.env.SLIPWAY_REGISTRY,
  };
  const { spec: stack, warnings } = loadStack(fromRoot(config.require("stack")), { variables });
  for (const warning of warnings) void pulumi.log.warn(renderProblem(warning));

  const cluster = await clusterOutputs(config.require("cluster"));
  const limits = kernelLimits(stack, cluster.features);
  if (limits.length > 0) throw new SettingsError(limits);

  const name = config.get("application") ?? pulumi.getStack();
  const app = new Application(name, {
    stack,
    access: {
      endpoint: await firstAnswering(cluster.dockerEndpoints),
      caCertificate: cluster.dockerCaCertificate,
      clientCertificate: cluster.dockerClientCertificate,
      clientKey: pulumi.secret(cluster.dockerClientKey),
    },
  });
  return {
    application: name,
    applicationVersion: config.require("version"),
    environmentVersion: stack.version,
    services: [...app.services],
    published: Object.entries(stack.services).flatMap(([service, { ports }]) =>
      ports.map(({ published, protocol, mode }) => ({ service, published, protocol, mode })),
    ),
  };
}

/** Outputs of the cluster's Pulumi stack; a secret that another passphrase hides is an error, not a gap. */
async function clusterOutputs(name: string): Promise<ClusterOutputs> {
  const fullName = name.includes("/")
    ? name
    : `${pulumi.getOrganization()}/${pulumi.getProject()}/${name}`;
  const reference = new pulumi.StackReference(name, { name: fullName });
  const problems: string[] = [];
  const read = async (key: keyof ClusterOutputs): Promise<unknown> => {
    const details = await reference.getOutputDetails(key);
    const found = (details.secretValue ?? details.value) as unknown;
    if (found === undefined || found === null)
      problems.push(
        `Pulumi stack ${name} has no output ${key}: has its \`pulumi up\` succeeded, and does this stack use the same secrets provider and passphrase?`,
      );
    return found;
  };
  const keys = [
    "dockerEndpoints",
    "dockerCaCertificate",
    "dockerClientCertificate",
    "dockerClientKey",
    "features",
    "managers",
    "workers",
  ] as const;
  const values = await Promise.all(keys.map(async (key) => [key, await read(key)] as const));
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.fromEntries(values) as unknown as ClusterOutputs;
}
