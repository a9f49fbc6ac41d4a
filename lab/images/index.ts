import { join } from "node:path";
import type { Lab } from "../index";
import type { RegistryImage } from "../registry/image";
import { pushImage } from "../registry/push";
import { registryHost } from "../registry/registry";
import { labLayout } from "../layout";
import { haproxyImage, haproxyVersion } from "./haproxy";
import { formerKubernetesImages, kubernetesImages } from "./kubernetes";
import { monitoringParts } from "./monitoring";
import { collectorImage, collectorVersion } from "./openTelemetryCollector";
import { opensearchImage, opensearchVersion } from "./opensearch";
import { registryImage, registryVersion } from "./registry";
import { shopImage, shopVersions } from "./shop";
import { swarmCronjobImage, swarmCronjobVersion } from "./swarmCronjob";
import { traefikImage, traefikVersion } from "./traefik";

/**
 * What a lab may have beside its first application: an ingress, a Kubernetes cluster and the release to upgrade one from,
 * logging, monitoring, a registry of its own, a scheduler, and the application that rollouts are tried with.
 */
export type Feature =
  | "ingress"
  | "kubernetes"
  | "kubernetesUpgrade"
  | "logging"
  | "monitoring"
  | "registry"
  | "scheduler"
  | "shop";

type Say = (text: string) => void;

export interface ImagePart {
  readonly repository: string;
  readonly tag: string;
  readonly image: (architecture: string, say: Say) => Promise<RegistryImage>;
}

/** Under the names that the images have elsewhere. */
const images: Readonly<Record<Feature, readonly ImagePart[]>> = {
  ingress: [
    { repository: "haproxy", tag: haproxyVersion, image: haproxyImage },
    { repository: "traefik", tag: traefikVersion, image: traefikImage },
  ],
  kubernetes: kubernetesImages,
  kubernetesUpgrade: formerKubernetesImages,
  logging: [
    { repository: "haproxy", tag: haproxyVersion, image: haproxyImage },
    {
      repository: "otel/opentelemetry-collector-contrib",
      tag: collectorVersion,
      image: collectorImage,
    },
    { repository: "opensearchproject/opensearch", tag: opensearchVersion, image: opensearchImage },
  ],
  monitoring: monitoringParts,
  registry: [{ repository: "registry", tag: registryVersion.slice(1), image: registryImage }],
  scheduler: [
    { repository: "haproxy", tag: haproxyVersion, image: haproxyImage },
    {
      repository: "crazymax/swarm-cronjob",
      tag: swarmCronjobVersion.slice(1),
      image: swarmCronjobImage,
    },
  ],
  shop: shopVersions.map((version) => ({
    repository: "shop",
    tag: version,
    image: (architecture, say) => shopImage(version, architecture, say),
  })),
};

export const features = Object.keys(images) as readonly Feature[];

/** Builds what a feature needs, unless the cache has it. Needs no lab: it can go on while one is stood up. */
export async function buildImages(feature: Feature, say: Say): Promise<void> {
  for (const { image } of images[feature]) await image(architecture(), say);
}

/** Puts the images that a feature needs into the registry of a lab that stands, built unless the cache has them. */
export async function provideImages(
  lab: Pick<Lab, "dir">,
  feature: Feature,
  say: Say,
): Promise<void> {
  const registry = { host: registryHost, ca: join(labLayout(lab.dir).certificates, "ca.pem") };
  for (const { repository, tag, image } of images[feature]) {
    await pushImage(registry, repository, tag, await image(architecture(), say));
    say(`registry: ${repository}:${tag} is there`);
  }
}

function architecture(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}
