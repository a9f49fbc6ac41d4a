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
  /** Enforces NetworkPolicies beside flannel. */
  networkPolicy: "cloudnativelabs/kube-router:v1.6.1",
  localPath: "rancher/local-path-provisioner:v0.0.30",
  /** Makes folders for volumes, and nothing else: the version that Debian 12 ships is as good as any. */
  busybox: "busybox:1.35.0",
  /** vSphere's CSI driver, for Kubernetes 1.33 to 1.35, and below it the sidecars of upstream's own manifest of 3.7. */
  vsphereCsiDriver: "registry.k8s.io/csi-vsphere/driver:v3.7.3",
  vsphereCsiSyncer: "registry.k8s.io/csi-vsphere/syncer:v3.7.3",
  csiProvisioner: "registry.k8s.io/sig-storage/csi-provisioner:v4.0.1",
  csiAttacher: "registry.k8s.io/sig-storage/csi-attacher:v4.9.0",
  csiResizer: "registry.k8s.io/sig-storage/csi-resizer:v1.12.0",
  csiNodeDriverRegistrar: "registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.13.0",
  csiLivenessProbe: "registry.k8s.io/sig-storage/livenessprobe:v2.15.0",
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
export function imageFrom(sources: ImageSources, image: keyof typeof kubernetesImages): string {
  return placedImage(sources, kubernetesImages[image]);
}

/** Full name of an image where the cluster has it from. */
export function placedImage({ images, mirror }: ImageSources, pinned: string): string {
  return pinned.startsWith(upstream)
    ? imageName(pinned.slice(upstream.length), { mirror: images })
    : imageName(pinned, { mirror });
}
