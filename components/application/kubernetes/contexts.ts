import { registryOf } from "../../../provider/sdk";
import type { Files } from "./files";
import { namespaceOf, serviceName } from "./names";
import { levelOf } from "./namespace";
import type { KubernetesArgs, ServiceContext } from "./types";

/** Every service of the file with what its objects are made from. */
export function contextsOf(args: KubernetesArgs, files: Files): readonly ServiceContext[] {
  return Object.entries(args.plan.project.services).map(([key, service]) => {
    const { image: wanted = "" } = service;
    const image = args.plan.images[wanted] ?? { image: wanted, platforms: [] };
    const hasCredentials = args.registries[registryOf(image.image)] !== undefined;
    return {
      args,
      namespace: namespaceOf(args.application),
      level: levelOf(args),
      key,
      name: serviceName(key),
      service,
      image,
      files: files.names,
      ...(files.pullSecret !== undefined && hasCredentials && { pullSecret: files.pullSecret }),
    };
  });
}
