import type { ContainerdSettings } from "../../provider/sdk";
import type { KubernetesSpec } from "../spec";
import { imageFrom } from "./images";

/** What VXLAN leaves of the 1500 bytes of an Ethernet frame. A network of larger frames is used as one of 1500. */
const vxlanMtu = 1450;

/** containerd's part of a host's preparation. */
export function containerdSettings(
  spec: Pick<KubernetesSpec, "images" | "registryMirrors" | "insecureRegistries" | "podNetwork">,
): ContainerdSettings {
  return {
    sandboxImage: imageFrom(spec, "pause"),
    mirrors: spec.registryMirrors,
    insecureRegistries: spec.insecureRegistries,
    podNetwork: spec.podNetwork === "flannel" ? { mtu: vxlanMtu } : null,
  };
}
