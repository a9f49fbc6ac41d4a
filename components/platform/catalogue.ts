/** Every image that a cluster pulls for itself, whatever part it belongs to. Applications' own are not among them. */
import { grafanaImages } from "../grafana/images";
import { ingressImages } from "../ingress/images";
import { kubernetesImages, placedImage } from "../kubernetes/images";
import { kubeadmImages } from "../kubernetes/kubeadmImages";
import { monitoringImages } from "../monitoring/images";
import { registryImages } from "../registry/images";
import { ownRegistry, registryHosts } from "../registry/own";
import { schedulerImages } from "../scheduler/images";
import type { ClusterSpec, KubernetesClusterSpec } from "../spec";
import { imageName } from "./images";

/** An image that a site must mirror. */
export interface MirroredImage {
  /** Part of the cluster that it belongs to; several may have it in common. */
  readonly parts: readonly string[];
  /** Its name where its project publishes it. */
  readonly source: string;
  /** The name that nodes pull: the same where the site has no mirror. */
  readonly target: string;
}

export interface Catalogue {
  readonly images: readonly MirroredImage[];
  /** What is not known for sure, in words. */
  readonly doubts: readonly string[];
}

/** Images of a part in a cluster, under the names of their projects. What the file gives a name of its own is the site's. */
type Part = (spec: ClusterSpec) => readonly string[];

/** One line for each part. */
const parts: Readonly<Record<string, Part>> = {
  ingress: ({ orchestrator, platform: { ingress } }) =>
    ingress === undefined || ingress.external !== undefined
      ? []
      : [
          ...unless(ingress.image, ingressImages.traefik),
          ...unless(
            orchestrator === "swarm" ? filterImage(ingress) : undefined,
            ingressImages.haproxy,
          ),
        ],
  scheduler: (spec) => {
    const scheduler = spec.orchestrator === "swarm" ? spec.platform.scheduler : undefined;
    if (scheduler === undefined) return [];
    const { swarmCronjob, haproxy } = schedulerImages;
    return [...unless(scheduler.image, swarmCronjob), ...unless(scheduler.apiFilterImage, haproxy)];
  },
  monitoring: ({ orchestrator, platform: { monitoring } }) => {
    if (monitoring === undefined) return [];
    const { alertmanager, cadvisor, haproxy, ...everywhere } = monitoringImages;
    const wanted = {
      ...everywhere,
      ...(monitoring.external === undefined && { alertmanager }),
      ...(orchestrator === "swarm" && { cadvisor, apiFilter: haproxy }),
    };
    return Object.entries(wanted).flatMap(([program, pinned]) =>
      unless(monitoring.images[program as keyof typeof monitoring.images], pinned),
    );
  },
  grafana: ({ platform: { monitoring } }) =>
    monitoring?.grafana?.enabled === true
      ? unless(monitoring.images.grafana, grafanaImages.grafana)
      : [],
  registry: ({ platform: { registry } }) => {
    const own = ownRegistry(registry);
    return own === undefined ? [] : unless(own.image, registryImages.registry);
  },
  kubernetes: (spec) => (spec.orchestrator === "kubernetes" ? ofKubernetes(spec) : []),
};

function filterImage(ingress: object): string | undefined {
  return (ingress as { readonly apiFilterImage?: string }).apiFilterImage;
}

function unless(own: string | undefined, pinned: string): readonly string[] {
  return own === undefined ? [pinned] : [];
}

function ofKubernetes({ kubernetes }: KubernetesClusterSpec): readonly string[] {
  const { podNetwork, networkPolicy, storage, version } = kubernetes;
  const { pause, metricsServer, flannel, localPath, busybox, ...others } = kubernetesImages;
  const { networkPolicy: enforcer, ...csi } = others;
  const hasFlannel = podNetwork === "flannel";
  return [
    ...kubeadmImages(version).images,
    pause,
    metricsServer,
    ...(hasFlannel ? [flannel] : []),
    ...(hasFlannel && networkPolicy ? [enforcer] : []),
    ...(storage === "local" ? [localPath, busybox] : []),
    ...(storage === "vsphere" ? Object.values(csi) : []),
  ];
}

/** What a site must mirror for a cluster, each image once, in the order of their names. */
export function catalogue(spec: ClusterSpec): Catalogue {
  const byName = new Map<string, string[]>();
  for (const [part, imagesOf] of Object.entries(parts)) {
    for (const source of new Set(imagesOf(spec)))
      byName.set(source, [...(byName.get(source) ?? []), part]);
  }
  const doubt =
    spec.orchestrator === "kubernetes" ? kubeadmImages(spec.kubernetes.version).doubt : undefined;
  return {
    images: [...byName]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([source, those]) => ({ parts: those, source, target: targetOf(spec, source) })),
    doubts: doubt === undefined ? [] : [doubt],
  };
}

function targetOf(spec: ClusterSpec, source: string): string {
  const { mirror } = spec.platform;
  return spec.orchestrator === "kubernetes"
    ? placedImage({ images: spec.kubernetes.images, mirror }, source)
    : imageName(source, { mirror });
}

/** Images that the cluster's own registry holds as its mirror, as `repository:tag`. */
export function mirroredNames(spec: ClusterSpec): ReadonlySet<string> {
  const own = ownRegistry(spec.platform.registry);
  if (own === undefined) return new Set();
  const prefixes = Object.values(registryHosts(own)).map((host: string) => `${host}/`);
  return new Set(
    catalogue(spec).images.flatMap(({ target }) => {
      const prefix = prefixes.find((each) => target.startsWith(each));
      return prefix === undefined ? [] : [target.slice(prefix.length)];
    }),
  );
}
