import { RunError } from "@pulumi/pulumi";
import type { StackSpec } from "../spec";
import { askDocker, type DockerCredentials } from "./dockerApi";

/** A manager asks the registry over the network: longer than its own answers take. */
const timeoutMs = 20_000;

/** What an image's name stands for now. */
export interface PinnedImage {
  /** The name with its digest. */
  readonly image: string;
  /** What it runs on. Swarm places tasks by it and has it in the service; unsaid here, it would be a drift there. */
  readonly platforms: readonly { readonly os: string; readonly architecture: string }[];
}

/** By name as the stack's file has it. */
export type PinnedImages = ReadonlyMap<string, PinnedImage>;

/**
 * Every image of a stack, pinned to the digest that its tag has now: what runs is known exactly, and a moved tag is a
 * change that a preview shows. The registry is asked by a manager, with the trust and from the network that the nodes
 * have.
 *
 * @throws RunError that names every image that can't be had, before anything is changed.
 */
export async function pinImages(
  { services }: StackSpec,
  endpoint: string,
  credentials: DockerCredentials,
): Promise<PinnedImages> {
  const images = new Set(Object.values(services).map(({ image }) => image));
  const problems: string[] = [];
  const pinned = new Map<string, PinnedImage>();
  await Promise.all(
    [...images].map(async (image) => {
      try {
        pinned.set(image, await pin(image, endpoint, credentials));
      } catch (error) {
        const places = Object.entries(services)
          .filter(([, service]) => service.image === image)
          .map(([name]) => `services.${name}.image`);
        problems.push(
          `${places.join(", ")}: ${image} can't be had: ${(error as Error).message}; check its name and tag, and that the nodes reach and trust its registry`,
        );
      }
    }),
  );
  if (problems.length > 0) throw new RunError(problems.sort().join("\n"));
  return pinned;
}

interface Distribution {
  readonly Descriptor?: { readonly digest?: string };
  readonly Platforms?: readonly { readonly os: string; readonly architecture: string }[];
  /** Instead of the others: why not. */
  readonly message?: string;
}

async function pin(
  image: string,
  endpoint: string,
  credentials: DockerCredentials,
): Promise<PinnedImage> {
  const path = `/distribution/${encodeURI(image)}/json`;
  const { status, body } = await askDocker(endpoint, credentials, path, timeoutMs);
  const { Descriptor, Platforms, message } = (body ?? {}) as Distribution;
  const digest = Descriptor?.digest;
  if (digest === undefined) throw new Error(message ?? `the manager answers HTTP ${status}`);
  return {
    image: image.includes("@") ? image : `${image}@${digest}`,
    // As Docker's own client does it: the variants of ARM are not told apart.
    platforms: (Platforms ?? []).map(({ os, architecture }) => ({
      os,
      architecture: architecture.toLowerCase() === "arm" ? "" : architecture,
    })),
  };
}
