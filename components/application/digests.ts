import { RunError } from "@pulumi/pulumi";
import type { StackSpec } from "../spec";
import { askDocker, type DockerCredentials } from "./dockerApi";

/** A manager asks the registry over the network: longer than its own answers take. */
const timeoutMs = 20_000;

/**
 * The stack with every image pinned to the digest that its tag has now: what runs is known exactly, and a moved tag
 * is a change that a preview shows. The registry is asked by a manager, with the trust and from the network that the
 * nodes have.
 *
 * @throws RunError that names every image that can't be had, before anything is changed.
 */
export async function pinImages(
  stack: StackSpec,
  endpoint: string,
  credentials: DockerCredentials,
): Promise<StackSpec> {
  const entries = Object.entries(stack.services);
  const images = [...new Set(entries.map(([, { image }]) => image))];
  const problems: string[] = [];
  const pinned = new Map(
    await Promise.all(
      images.map(async (image): Promise<[string, string]> => {
        if (image.includes("@")) return [image, image];
        try {
          return [image, `${image}@${await digestOf(image, endpoint, credentials)}`];
        } catch (error) {
          const places = entries
            .filter(([, service]) => service.image === image)
            .map(([name]) => `services.${name}.image`);
          problems.push(
            `${places.join(", ")}: ${image} can't be had: ${(error as Error).message}; check its name and tag, and that the nodes reach and trust its registry`,
          );
          return [image, image];
        }
      }),
    ),
  );
  if (problems.length > 0) throw new RunError(problems.sort().join("\n"));
  return {
    ...stack,
    services: Object.fromEntries(
      entries.map(([name, service]) => [
        name,
        { ...service, image: pinned.get(service.image) ?? service.image },
      ]),
    ),
  };
}

async function digestOf(
  image: string,
  endpoint: string,
  credentials: DockerCredentials,
): Promise<string> {
  const path = `/distribution/${encodeURI(image)}/json`;
  const { status, body } = await askDocker(endpoint, credentials, path, timeoutMs);
  const { Descriptor, message } = (body ?? {}) as {
    readonly Descriptor?: { readonly digest?: string };
    readonly message?: string;
  };
  const digest = Descriptor?.digest;
  if (digest === undefined) throw new Error(message ?? `the manager answers HTTP ${status}`);
  return digest;
}
