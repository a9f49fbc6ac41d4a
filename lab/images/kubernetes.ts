import {
  corednsModule,
  etcdModule,
  flannelModule,
  kubeRouterModule,
  kubernetesModule,
  localPathModule,
  metricsServerModule,
  pauseModule,
  programOf,
} from "../kubernetes/programs";
import { kubernetesVersions, versions, type KubernetesVersion } from "../kubernetes/versions";
import type { GoModule } from "../parts/goModule";
import { layeredImage, type PackedLayer, type RegistryImage } from "../registry/image";
import { busyboxLayer, busyboxVersion } from "./busybox";
import type { ImagePart } from "./index";
import { programLayer } from "./layers";
import { netfilterLayer } from "./netfilter";

type Say = (text: string) => void;

const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Commands of the control plane and of each node, which are the same program. */
const commands = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"];

async function kubernetesLayer(version: KubernetesVersion, say: Say): Promise<PackedLayer> {
  const program = await programOf(kubernetesModule(version), "kubernetes", say);
  const links = [...commands, "kubectl"];
  return programLayer(`kubernetes-${version}`, program, "/usr/local/bin/kubernetes", links);
}

/** Images of a release: all of one layer, that nodes fetch once; kube-proxy has what sets rules besides. */
function release(version: KubernetesVersion): ImagePart[] {
  return commands.map((command) => ({
    repository: `registry.k8s.io/${command}`,
    tag: `v${version}`,
    image: async (architecture, say) => {
      const own = await kubernetesLayer(version, say);
      const layers = command === "kube-proxy" ? [await netfilterLayer(say), own] : [own];
      const settings = { Entrypoint: [`/usr/local/bin/${command}`], Env: [path] };
      return layeredImage(layers, architecture, settings);
    },
  }));
}

interface Program {
  readonly repository: string;
  readonly tag: string;
  readonly module: GoModule;
  /** Name of the program in the module. */
  readonly name: string;
  /** Where the image of the project that it comes from has it. */
  readonly path: string;
  /** Links beside it that lead to it. */
  readonly links?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Layers below. */
  readonly on?: readonly ((say: Say) => Promise<PackedLayer>)[];
}

const nobody = { User: "65534:65534" };

const programs: readonly Program[] = [
  {
    repository: "registry.k8s.io/etcd",
    tag: `${versions.etcd}-0`,
    module: etcdModule,
    name: "etcd",
    path: "/usr/local/bin/etcd",
    links: ["etcdctl", "etcdutl"],
  },
  {
    repository: "registry.k8s.io/coredns/coredns",
    tag: `v${versions.coredns}`,
    module: corednsModule,
    name: "coredns",
    path: "/coredns",
  },
  {
    repository: "registry.k8s.io/pause",
    tag: versions.pause,
    module: pauseModule,
    name: "pause",
    path: "/pause",
    settings: { User: "65535:65535" },
  },
  {
    repository: "registry.k8s.io/metrics-server/metrics-server",
    tag: `v${versions.metricsServer}`,
    module: metricsServerModule,
    name: "metrics-server",
    path: "/metrics-server",
    settings: nobody,
  },
  {
    repository: "ghcr.io/flannel-io/flannel",
    tag: `v${versions.flannel}`,
    module: flannelModule,
    name: "flannel",
    path: "/opt/bin/flanneld",
    on: [netfilterLayer],
  },
  {
    repository: "cloudnativelabs/kube-router",
    tag: `v${versions.kubeRouter}`,
    module: kubeRouterModule,
    name: "kube-router",
    path: "/usr/local/bin/kube-router",
    on: [netfilterLayer],
  },
  {
    repository: "rancher/local-path-provisioner",
    tag: `v${versions.localPath}`,
    module: localPathModule,
    name: "local-path-provisioner",
    path: "/usr/bin/local-path-provisioner",
  },
];

function programPart({ repository, tag, on = [], settings, ...each }: Program): ImagePart {
  return {
    repository,
    tag,
    image: async (architecture, say): Promise<RegistryImage> => {
      const below: PackedLayer[] = [];
      for (const layer of on) below.push(await layer(say));
      const program = await programOf(each.module, each.name, say);
      const own = await programLayer(each.name, program, each.path, each.links ?? []);
      const all = { Entrypoint: [each.path], Env: [path], ...settings };
      return layeredImage([...below, own], architecture, all);
    },
  };
}

const [current, ...older] = kubernetesVersions;

/** Images of the releases that clusters are upgraded from. */
export const formerKubernetesImages: readonly ImagePart[] = older.flatMap(release);

/**
 * What a Kubernetes cluster runs, under the names that the images have elsewhere: the repositories of other registries
 * than Docker's own begin with the registry's name.
 */
export const kubernetesImages: readonly ImagePart[] = [
  ...release(current),
  ...programs.map(programPart),
  {
    repository: "busybox",
    tag: busyboxVersion,
    image: async (architecture, say) =>
      layeredImage([await busyboxLayer(say)], architecture, { Cmd: ["/bin/sh"], Env: [path] }),
  },
];
