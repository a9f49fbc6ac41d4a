import { join } from "node:path";
import { buildModule, type GoModule } from "../parts/goModule";
import { versions, type KubernetesVersion } from "./versions";

type Say = (text: string) => void;

const module = (name: string) => join(__dirname, name);

/** Every command of Kubernetes in one program: see kubernetes/main.go. */
export function kubernetesModule(version: KubernetesVersion): GoModule {
  const [major = "", minor = ""] = version.split(".");
  const packages = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];
  return {
    name: `kubernetes-${version}`,
    version,
    source: module("kubernetes"),
    packages: ["."],
    edit: (text) => withKubernetes(text, version),
    variables: Object.fromEntries(
      packages.flatMap((path) => [
        [`${path}.gitVersion`, `v${version}`],
        [`${path}.gitMajor`, major],
        [`${path}.gitMinor`, minor],
        // What Kubernetes says of a build from a source archive.
        [`${path}.gitTreeState`, "archive"],
      ]),
    ),
  };
}

/** go.mod with the release's modules on the right of the replacements. The libraries' 0.34.1 goes with Kubernetes 1.34.1. */
export function withKubernetes(goMod: string, version: string): string {
  const [, ...rest] = version.split(".");
  return goMod.replace(
    /(=> k8s\.io\/\S+) v([01])\.\S+$/gm,
    (_, path: string, major: string) => `${path} v${[major, ...rest].join(".")}`,
  );
}

/** etcd, etcdctl and etcdutl in one program: see etcd/main.go. */
export const etcdModule: GoModule = {
  name: "etcd",
  version: versions.etcd,
  source: module("etcd"),
  packages: ["."],
};

const cniPlugins = {
  bridge: "main/bridge",
  "host-local": "ipam/host-local",
  loopback: "main/loopback",
  portmap: "meta/portmap",
  ptp: "main/ptp",
} as const;

/** Names of the CNI plugins that nodes have. */
export const cniPluginNames = Object.keys(cniPlugins);

/** What runs on a cluster beside Kubernetes itself is in one module, so that Go compiles once what it shares. */
const addons = module("addons");

export const cniModule: GoModule = {
  name: "cni-plugins",
  version: versions.cni,
  source: addons,
  packages: Object.values(cniPlugins).map(
    (path) => `github.com/containernetworking/plugins/plugins/${path}`,
  ),
  variables: {
    "github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion": `v${versions.cni}`,
  },
};

/** Our own: see addons/pause/main.go. */
export const pauseModule: GoModule = {
  name: "pause",
  version: versions.pause,
  source: addons,
  packages: ["./pause"],
  variables: { "main.version": versions.pause },
};

export const corednsModule: GoModule = {
  name: "coredns",
  version: versions.coredns,
  source: addons,
  packages: ["./coredns"],
  leftOut: [
    // A setting without effect, that client-go has no more.
    ["github.com/coredns/coredns/plugin/kubernetes/object/informer.go", "RetryOnError:     false,"],
  ],
};

export const flannelModule: GoModule = {
  name: "flannel",
  version: versions.flannel,
  source: addons,
  packages: ["github.com/flannel-io/flannel"],
  variables: { "github.com/flannel-io/flannel/pkg/version.Version": `v${versions.flannel}` },
  replaced: [
    ["absent/flannel/cproxy.go", "github.com/flannel-io/flannel/pkg/backend/udp/cproxy.go"],
    ["absent/flannel-main/klog.go", "github.com/flannel-io/flannel/klog.go"],
  ],
};

/** The part of it that enforces network policies: see addons/kube-router/main.go. */
export const kubeRouterModule: GoModule = {
  name: "kube-router",
  version: versions.kubeRouter,
  source: addons,
  packages: ["./kube-router"],
  variables: {
    "github.com/cloudnativelabs/kube-router/pkg/version.Version": `v${versions.kubeRouter}`,
  },
};

export const metricsServerModule: GoModule = {
  name: "metrics-server",
  version: versions.metricsServer,
  source: module("metrics-server"),
  packages: ["sigs.k8s.io/metrics-server/cmd/metrics-server"],
  variables: { "k8s.io/client-go/pkg/version.gitVersion": `v${versions.metricsServer}` },
};

export const localPathModule: GoModule = {
  name: "local-path-provisioner",
  version: versions.localPath,
  source: module("local-path"),
  packages: ["github.com/rancher/local-path-provisioner"],
  variables: { "main.VERSION": `v${versions.localPath}` },
};

/** Path of one program of a module, built unless the cache has it. */
export async function programOf(built: GoModule, name: string, say: Say): Promise<string> {
  return join(await buildModule(built, say), name);
}
