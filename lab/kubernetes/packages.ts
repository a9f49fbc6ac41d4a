import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hashFile, hashInputs } from "../../tools/hash";
import { run } from "../host/run";
import { cachedPart } from "../parts/cache";
import { buildModule } from "../parts/goModule";
import { cniModule, cniPluginNames, kubernetesModule, programOf } from "./programs";
import { versions, type KubernetesVersion } from "./versions";

type Say = (text: string) => void;

/** Debian's revision of the packages, as the Kubernetes project's repository has it. */
const revision = "1.1";
const units = join(__dirname, "units");
/** Changes when the packages are made in another way than before. */
const form = "1";

/** A Debian package in the making. */
export interface Package {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly depends: readonly string[];
  /** Files by their path in the machine; a link where the value names a target. */
  readonly files: Readonly<Record<string, { readonly source: string } | { readonly link: string }>>;
}

/**
 * The packages of a release under the names and with the files that the Kubernetes project's repository gives them, in a
 * folder. One thing is different: the programs are in a package of their own, with the release in its name, so that
 * kubeadm and kubelet of different releases can stand side by side as they do in an upgrade.
 */
export async function kubernetesPackages(version: KubernetesVersion, say: Say): Promise<string> {
  const program = await programOf(kubernetesModule(version), "kubernetes", say);
  const plugins = await buildModule(cniModule, say);
  const packages = packagesOf(version, program, plugins);
  const hashes = await Promise.all(
    [program, ...cniPluginNames.map((name) => join(plugins, name))].map(hashFile),
  );
  const key = hashInputs([units], [...hashes, JSON.stringify(packages.map(control)), form]);
  return cachedPart(`kubernetes-packages-${version}`, key, async (work) => {
    say(`kubernetes ${version}: packing its packages`);
    for (const each of packages) await pack(each, work);
  });
}

export function packagesOf(version: string, program: string, plugins: string): readonly Package[] {
  const programs = `kubernetes-programs-${version}`;
  const place = `/usr/lib/kubernetes/${version}/kubernetes`;
  const command = (name: string) => ({ [`/usr/bin/${name}`]: { link: `../..${place}` } });
  const common = { version: `${version}-${revision}` };
  const needs = `${programs} (= ${common.version})`;
  return [
    {
      ...common,
      name: programs,
      description: "Every command of Kubernetes in one program",
      depends: [],
      files: { [place]: { source: program } },
    },
    {
      ...common,
      name: "kubelet",
      description: "Node agent for Kubernetes clusters",
      depends: [
        needs,
        "iptables (>= 1.4.21)",
        "kubernetes-cni (>= 1.2.0)",
        ...["iproute2", "mount", "util-linux", "ethtool", "conntrack", "socat"],
      ],
      files: {
        ...command("kubelet"),
        "/usr/lib/systemd/system/kubelet.service": { source: join(units, "kubelet.service") },
      },
    },
    {
      ...common,
      name: "kubeadm",
      description: "Command-line utility for administering a Kubernetes cluster",
      depends: [needs],
      files: {
        ...command("kubeadm"),
        "/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf": {
          source: join(units, "10-kubeadm.conf"),
        },
      },
    },
    {
      ...common,
      name: "kubectl",
      description: "Command-line utility for interacting with a Kubernetes cluster",
      depends: [needs],
      files: command("kubectl"),
    },
    {
      name: "kubernetes-cni",
      version: `${versions.cni}-${revision}`,
      description: "Binaries required to provision Kubernetes container networking",
      depends: [],
      files: Object.fromEntries(
        cniPluginNames.map((name) => [`/opt/cni/bin/${name}`, { source: join(plugins, name) }]),
      ),
    },
  ];
}

export const packageFile = ({ name, version }: Package): string => `${name}_${version}_amd64.deb`;

/** What dpkg wants to know of a package. */
export function control({ name, version, description, depends }: Package): string {
  return [
    `Package: ${name}`,
    `Version: ${version}`,
    "Architecture: amd64",
    "Maintainer: Slipway's lab <lab@localhost>",
    "Section: admin",
    "Priority: optional",
    ...(depends.length > 0 ? [`Depends: ${depends.join(", ")}`] : []),
    `Description: ${description}`,
    "",
  ].join("\n");
}

async function pack(made: Package, work: string): Promise<void> {
  const tree = join(work, "tree");
  for (const [path, file] of Object.entries(made.files)) {
    const target = join(tree, path);
    mkdirSync(dirname(target), { recursive: true });
    if ("link" in file) symlinkSync(file.link, target);
    else {
      cpSync(file.source, target);
      chmodSync(target, path.startsWith("/usr/lib/systemd") ? 0o644 : 0o755);
    }
  }
  mkdirSync(join(tree, "DEBIAN"));
  writeFileSync(join(tree, "DEBIAN", "control"), control(made));
  // Unpacking zstd costs a machine a tenth of what xz does.
  const form = ["--root-owner-group", "-Zzstd", "-z9", "--build"];
  await run("dpkg-deb", [...form, tree, join(work, packageFile(made))]);
  await run("rm", ["-r", tree]);
}
