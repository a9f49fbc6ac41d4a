import type { ComposeProject } from "../spec";
import type { RegistryCredential } from "../../provider/sdk";
import { registryOf } from "../../provider/sdk";
import { askDocker, type DockerCredentials } from "./dockerApi";
import type { Objection } from "./preflight/objection";

/** A manager asks the registry over the network: longer than its own answers take. */
const timeoutMs = 20_000;

/** What an image's name stands for now. */
export interface PinnedImage {
  /** The name with its digest. */
  readonly image: string;
  /** What it runs on. Swarm places tasks by it and has it in the service; unsaid here, it would be a drift there. */
  readonly platforms: readonly { readonly os: string; readonly architecture: string }[];
}

export interface PinnedImages {
  /** By name as the file has it. */
  readonly images: Readonly<Record<string, PinnedImage>>;
  /** For every image that can't be had. */
  readonly objections: readonly Objection[];
}

export interface PinOptions {
  /** `tcp://10.1.2.3:2376` of a manager. */
  readonly endpoint: string;
  readonly credentials: DockerCredentials;
  /** By the registry's host. */
  readonly registries: Readonly<Record<string, RegistryCredential>>;
  /** Digests that were decided elsewhere (a promotion), by name as the file has it. */
  readonly digests?: Readonly<Record<string, string>>;
}

/**
 * Every image of a project, pinned to the digest that its tag has now: what runs is known exactly, and a moved tag is a
 * change that a preview shows. The registry is asked by a manager, with the trust and from the network that the nodes
 * have.
 */
export async function pinImages(
  { services }: ComposeProject,
  options: PinOptions,
): Promise<PinnedImages> {
  const names = new Set(
    Object.values(services).flatMap(({ image }) => (image === undefined ? [] : [image])),
  );
  const objections: Objection[] = [];
  const images: Record<string, PinnedImage> = {};
  await Promise.all(
    [...names].map(async (name) => {
      try {
        images[name] = await pin(name, options);
      } catch (error) {
        for (const [key, service] of Object.entries(services)) {
          if (service.image !== name) continue;
          objections.push({
            path: ["services", key, "image"],
            message: `${name} can't be had: ${(error as Error).message}; check its name and tag, and that the nodes reach, trust and may read its registry`,
          });
        }
      }
    }),
  );
  return { images, objections };
}

interface Distribution {
  readonly Descriptor?: { readonly digest?: string };
  readonly Platforms?: readonly { readonly os: string; readonly architecture: string }[];
  /** Instead of the others: why not. */
  readonly message?: string;
}

async function pin(
  name: string,
  { endpoint, credentials, registries, digests = {} }: PinOptions,
): Promise<PinnedImage> {
  const decided = digests[name];
  const wanted = decided === undefined || name.includes("@") ? name : `${name}@${decided}`;
  const path = `/distribution/${encodeURI(wanted)}/json`;
  const registry = registries[registryOf(name)];
  const { status, body } = await askDocker(endpoint, credentials, path, timeoutMs, registry);
  const { Descriptor, Platforms, message } = (body ?? {}) as Distribution;
  const digest = Descriptor?.digest;
  if (digest === undefined) throw new Error(message ?? `the manager answers HTTP ${status}`);
  return {
    image: wanted.includes("@") ? wanted : `${wanted}@${digest}`,
    // As Docker's own client does it: the variants of ARM are not told apart.
    platforms: (Platforms ?? []).map(({ os, architecture }) => ({
      os,
      architecture: architecture.toLowerCase() === "arm" ? "" : architecture,
    })),
  };
}
