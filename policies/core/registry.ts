import { imageFacts, type RegistryAccess } from "../../components/application/registryApi";
import type { RegistryCredential } from "../../provider/sdk/shapes";
import { registryOf } from "../../provider/sdk/imageName";
import type { Ask, ImageAnswer } from "./ask";
import { Undetermined } from "./value";

export interface RegistryClient {
  readonly ca: readonly string[];
  /** Hosts that are spoken to without TLS. */
  readonly insecure: readonly string[];
  /** By the registry's host. */
  readonly credentials: Readonly<Record<string, RegistryCredential>>;
  /** Longest wait for an answer, milliseconds. */
  readonly timeoutMs: number;
}

/** Asks registries about images, each image once. */
export function askRegistries(client: () => RegistryClient): Ask {
  const asked = new Map<string, Promise<ImageAnswer>>();
  return {
    image(name) {
      const known = asked.get(name) ?? answerOf(name, client());
      asked.set(name, known);
      return known;
    },
  };
}

async function answerOf(name: string, client: RegistryClient): Promise<ImageAnswer> {
  const host = registryOf(name);
  const access: RegistryAccess = {
    credential: client.credentials[host],
    isInsecure: client.insecure.includes(host),
    ...(client.ca.length > 0 && { ca: client.ca }),
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${client.timeoutMs / 1000} s`));
    }, client.timeoutMs);
  });
  try {
    return await Promise.race([imageFacts(name, access), late]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Undetermined(`image ${name}`, `can't be asked for: ${reason}`);
  } finally {
    clearTimeout(timer);
  }
}
