import * as pulumi from "@pulumi/pulumi";
import type { KubernetesSpec } from "../../spec";
import type { ImageSources } from "../images";
import { makeObjects, unawaited, type Objects, type Order } from "../objects";
import { deployer } from "./deployer";
import { flannel } from "./flannel";
import { localPath, localPathNamespace } from "./localPath";
import { metricsServer } from "./metricsServer";
import { networkPolicy } from "./networkPolicy";
import { vsphereCsiNamespace } from "./vsphereCsiNames";
import { vsphereStorage, type VsphereStorageArgs } from "./vsphereCsiStorage";

export interface AddonsArgs {
  readonly spec: Pick<
    KubernetesSpec,
    "images" | "networkPolicy" | "podNetwork" | "podRange" | "serviceRange" | "storage"
  >;
  /** Registry prefix of the site's images. */
  readonly mirror?: string;
  /** Present where volumes are to be on vSphere. */
  readonly vsphereStorage?: VsphereStorageArgs;
  /** What the API server is to hold applications to. @param namespaces that belong to the cluster */
  readonly admission?: (namespaces: readonly string[]) => Objects;
  /** Namespaces that belong to the cluster, beside those of the addons. */
  readonly namespaces: readonly string[];
  /** When every machine has joined: what runs on some node waits for all of them, to find its place. */
  readonly joined: Promise<void>;
  /** The cluster: with it go its objects, and none of them has to be deleted. */
  readonly cluster: pulumi.Resource;
}

/**
 * What makes a cluster of nodes one that applications can use, beside what kubeadm itself brings (CoreDNS, kube-proxy): pod
 * network and its policies, metrics, a default storage class, rights of those who deploy. Takes a `KubernetesProvider` from
 * its options.
 */
export class Addons extends pulumi.ComponentResource {
  constructor(name: string, args: AddonsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:kubernetes:Addons", name, {}, opts);
    const { spec, mirror, vsphereStorage: onVsphere, namespaces, joined, cluster } = args;
    const sources: ImageSources = { images: spec.images, mirror };
    const options = { parent: this, deletedWith: cluster };
    const hasFlannel = spec.podNetwork === "flannel";
    const make = (key: string, objects: Objects, order: Order = {}) =>
      makeObjects(`${name}-${key}`, objects, options, order);

    const ofVsphere = onVsphere === undefined ? [] : [vsphereCsiNamespace];
    const all = [...namespaces, localPathNamespace, ...ofVsphere];
    make("deployer", deployer(all));
    if (args.admission !== undefined) make("admission", args.admission(all));
    // It comes while nodes still join: each has it as soon as it is one.
    const network = hasFlannel ? make("flannel", flannel(spec, sources)) : [];
    // It needs no pod network itself, and one of the site's own enforces policies without it, or not at all.
    if (hasFlannel && spec.networkPolicy) make("network-policy", networkPolicy(spec, sources));
    // Without a pod network no pod of these can start, and the site brings its own when the cluster stands.
    const onNodes = (key: string, objects: Objects) =>
      make(key, hasFlannel ? objects : unawaited(objects), { after: network, when: joined });
    onNodes("metrics-server", metricsServer(sources));
    if (spec.storage === "local") onNodes("local-path", localPath(sources));
    if (onVsphere !== undefined) onNodes("vsphere-csi", vsphereStorage(onVsphere, sources));
    this.registerOutputs();
  }
}
