import type { ContainerdSettings } from "../../provider/sdk";
import type { RegistryTrust } from "../registry/trust";
import type { KubernetesSpec } from "../spec";
import { imageFrom } from "./images";

/** What VXLAN leaves of the 1500 bytes of an Ethernet frame. A network of larger frames is used as one of 1500. */
const vxlanMtu = 1450;

/** containerd's part of a host's preparation. */
export function containerdSettings(
  spec: Pick<KubernetesSpec, "images" | "registryMirrors" | "insecureRegistries" | "podNetwork">,
  /** Of the cluster's own registry. */
  registry?: RegistryTrust<string>,
): ContainerdSettings {
  return {
    sandboxImage: imageFrom(spec, "pause"),
    mirrors: withCache(spec.registryMirrors, registry?.cache),
    insecureRegistries: spec.insecureRegistries,
    ...(registry !== undefined && { authorities: registry.authorities }),
    podNetwork: spec.podNetwork === "flannel" ? { mtu: vxlanMtu } : null,
  };
}

/** The cluster's own cache is asked for Docker Hub's images before the mirrors that the file names. */
function withCache(
  mirrors: KubernetesSpec["registryMirrors"],
  cache: string | undefined,
): KubernetesSpec["registryMirrors"] {
  if (cache === undefined) return mirrors;
  return { ...mirrors, "docker.io": [cache, ...(mirrors["docker.io"] ?? [])] };
}
