import { imageName } from "../platform/images";

/**
 * Images beside those that kubeadm itself brings, each with its one pinned version: what a site must mirror, under these
 * names behind its `mirror`. Those of registry.k8s.io are behind `kubernetes.images`, as kubeadm's are.
 */
export const kubernetesImages = {
  /** Holds the network of each pod. What kubeadm 1.34 names; containerd takes any for every version. */
  pause: "registry.k8s.io/pause:3.10.1",
  metricsServer: "registry.k8s.io/metrics-server/metrics-server:v0.9.0",
  flannel: "ghcr.io/flannel-io/flannel:v0.28.4",
  localPath: "rancher/local-path-provisioner:v0.0.30",
  /** Makes folders for volumes, and nothing else: the version that Debian 12 ships is as good as any. */
  busybox: "busybox:1.35.0",
} as const;

const upstream = "registry.k8s.io/";

/** Where a cluster's images come from. */
export interface ImageSources {
  /** Registry, with path, in the place of registry.k8s.io. */
  readonly images: string;
  /** Registry prefix under which the site mirrors all others. */
  readonly mirror?: string;
}

/** Full name of an image of the catalogue. */
export function imageFrom(
  { images, mirror }: ImageSources,
  image: keyof typeof kubernetesImages,
): string {
  const pinned: string = kubernetesImages[image];
  return pinned.startsWith(upstream)
    ? imageName(pinned.slice(upstream.length), { mirror: images })
    : imageName(pinned, { mirror });
}
