import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { Application, kernelLimits, managerEndpoint, pinImages } from "../components/application";
import { loadStack, SpecError } from "../components/spec";
import { clusterOutputs } from "./clusterOutputs";
import { load, required } from "./specFile";

/** An application stack on the cluster that the configuration names. */
export async function application(config: pulumi.Config): Promise<pulumi.Inputs> {
  const name = config.get("application") ?? pulumi.getStack();
  const {
    stack: file,
    cluster: clusterName,
    version,
  } = required(config, ["stack", "cluster", "version"]);
  const registry = config.get("registry");
  const variables = {
    ...process.env,
    VERSION: version,
    ...(registry !== undefined && { REGISTRY: registry }),
  };
  const { spec: stack, problemAt } = load(file, (path) => loadStack(path, { variables }));
  const { endpoints, credentials, features, encryptOverlays } = await clusterOutputs(clusterName);
  const limits = kernelLimits(stack, features);
  if (limits.length > 0)
    throw new SpecError(limits.map(({ path, message }) => problemAt(path, message)));

  const endpoint = await managerEndpoint(endpoints, credentials);
  const provider = new docker.Provider(name, {
    host: endpoint,
    caMaterial: credentials.caCertificate,
    certMaterial: credentials.clientCertificate,
    keyMaterial: pulumi.secret(credentials.clientKey),
  });
  const images = await pinImages(stack, endpoint, credentials);
  const { services } = new Application(
    name,
    { application: name, stack, images, encryptOverlays },
    { providers: [provider] },
  );
  return {
    application: name,
    applicationVersion: version,
    ...(stack.version !== undefined && { environmentVersion: stack.version }),
    services,
    published: Object.entries(stack.services).flatMap(([service, { ports }]) =>
      ports.map(({ published, protocol, mode }) => ({ service, published, protocol, mode })),
    ),
  };
}
