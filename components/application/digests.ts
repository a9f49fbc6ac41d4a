import type { ComposeProject } from "../spec";
import type { RegistryCredential } from "../../provider/sdk";
import { registryOf } from "../../provider/sdk";
import { askDocker, type DockerCredentials } from "./dockerApi";
import type { Objection } from "./preflight/objection";
import { imageFacts, type RegistryAccess } from "./registryApi";

/** A manager asks the registry over the network: longer than its own answers take. */
const timeoutMs = 20_000;

/** What an image's name stands for now. */
export interface PinnedImage {
  /** The name with its digest. */
  readonly image: string;
  /** What it runs on. Swarm places tasks by it and has it in the service; unsaid here, it would be a drift there. */
  readonly platforms: readonly { readonly os: string; readonly architecture: string }[];
  /** User that the image names (`65534:65534`), where it is known; the empty text is root. */
  readonly user?: string;
  /** TCP ports that the image exposes, where they are known. */
  readonly exposed?: readonly number[];
}

export interface PinnedImages {
  /** By name as the file has it. */
  readonly images: Readonly<Record<string, PinnedImage>>;
  /** For every image that can't be had. */
  readonly objections: readonly Objection[];
}

/**
 * Asks for what an image's name, with or without a digest, stands for now.
 * @throws Error that says why the image can't be had.
 */
export type AskForImage = (
  name: string,
  credential: RegistryCredential | undefined,
) => Promise<Omit<PinnedImage, "image"> & { readonly digest: string }>;

export interface PinOptions {
  readonly ask: AskForImage;
  /** By the registry's host. */
  readonly registries: Readonly<Record<string, RegistryCredential>>;
  /** Digests that were decided elsewhere (a promotion), by name as the file has it. */
  readonly digests?: Readonly<Record<string, string>>;
}

/**
 * Every image of a project, pinned to the digest that its tag has now: what runs is known exactly, and a moved tag is a
 * change that a preview shows.
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

async function pin(
  name: string,
  { ask, registries, digests = {} }: PinOptions,
): Promise<PinnedImage> {
  const decided = digests[name];
  const wanted = decided === undefined || name.includes("@") ? name : `${name}@${decided}`;
  const { digest, ...facts } = await ask(wanted, registries[registryOf(name)]);
  return { image: wanted.includes("@") ? wanted : `${wanted}@${digest}`, ...facts };
}

interface Distribution {
  readonly Descriptor?: { readonly digest?: string };
  readonly Platforms?: readonly { readonly os: string; readonly architecture: string }[];
  /** Instead of the others: why not. */
  readonly message?: string;
}

/**
 * Has a manager of a Swarm ask the registry, with the trust and from the network that the nodes have.
 *
 * @param endpoint `tcp://10.1.2.3:2376`
 */
export function askManager(endpoint: string, credentials: DockerCredentials): AskForImage {
  return async (name, registry) => {
    const path = `/distribution/${encodeURI(name)}/json`;
    const { status, body } = await askDocker(endpoint, credentials, path, timeoutMs, registry);
    const { Descriptor, Platforms, message } = (body ?? {}) as Distribution;
    const digest = Descriptor?.digest;
    if (digest === undefined) throw new Error(message ?? `the manager answers HTTP ${status}`);
    return {
      digest,
      // As Docker's own client does it: the variants of ARM are not told apart.
      platforms: (Platforms ?? []).map(({ os, architecture }) => ({
        os,
        architecture: architecture.toLowerCase() === "arm" ? "" : architecture,
      })),
    };
  };
}

export interface RegistriesOptions extends Pick<RegistryAccess, "ca"> {
  /** Registries that speak HTTP without TLS, by their host as it stands in image names. */
  readonly insecureRegistries: readonly string[];
}

/** Asks the registry from here: no API of Kubernetes does it. */
export function askRegistry({ ca, insecureRegistries }: RegistriesOptions): AskForImage {
  return async (name, credential) => {
    const isInsecure = insecureRegistries.includes(registryOf(name));
    const facts = await imageFacts(name, { ca, isInsecure, credential });
    const { digest, platforms, user, exposed } = facts;
    return { digest, platforms, user, exposed };
  };
}
